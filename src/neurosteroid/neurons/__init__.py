"""What the receptor's current does to a cell: chloride, membranes, spikes. Time is in ms in this room."""
