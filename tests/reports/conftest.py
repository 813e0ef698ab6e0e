import pytest

from neurosteroid.studies import conduct
from tests.reports.small_study import small


@pytest.fixture(scope="session")
def study():
    return conduct(small())


@pytest.fixture(scope="session")
def hostile_study():
    """One woman, one protocol, and names that try to break out of the page."""
    name = "<script>alert(1)</script> & $x_1$"
    protocols = [{"name": name, "sentence": "60 ug/kg/h for 2 h"}]
    return conduct(
        small(title=name, question='"><img src=x>', population={"card": "postpartum", "size": 1}, protocols=protocols)
    )
