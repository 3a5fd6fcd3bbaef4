"""Discrepancies of sample and implied moments, minimised by Fisher scoring."""
