"""The bootstrap of both kinds of fit."""
