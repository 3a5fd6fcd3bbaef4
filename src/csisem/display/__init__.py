"""Sentences in English and Chinese, and how results show themselves."""
