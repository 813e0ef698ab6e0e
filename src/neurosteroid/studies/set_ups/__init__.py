"""Set-ups: how a published experiment is run with the model; each module names its own in `SET_UPS`."""
