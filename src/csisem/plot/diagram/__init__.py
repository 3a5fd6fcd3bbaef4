"""Path diagrams: what they show, where it stands, how it is drawn."""
