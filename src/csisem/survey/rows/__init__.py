"""The one door to the rows of a survey."""
