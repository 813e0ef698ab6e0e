import tomllib

from neurosteroid.reports.config_text import config_toml
from neurosteroid.studies import config_from_data, read_config, shipped_configs
from tests.reports.small_study import small


def test_the_text_is_read_back_as_the_same_study():
    for config in (*map(read_config, shipped_configs()), small(title='quotes " and \\ and ü\n', seed=12)):
        assert config_from_data(tomllib.loads(config_toml(config))) == config
