"""Other engines on the infusion problem; each file is a program that runs in whichever Python has that engine."""
