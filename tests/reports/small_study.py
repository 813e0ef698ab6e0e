"""A study of a few women, quick to run."""

from neurosteroid.studies import config_from_data


def small(**changes):
    data = {
        "name": "small",
        "title": "Two infusions and none",
        "question": "Does 90 ug/kg/h differ from 60?",
        "seed": 3,
        "population": {"card": "postpartum", "size": 12},
        "protocols": [
            {"card": "brexanolone-label"},
            {"name": "short", "sentence": "60 ug/kg/h for 12 h"},
            {"card": "no-drug"},
        ],
        "time": {"until": "72 h", "step": "1 h"},
    }
    return config_from_data(data | changes)
