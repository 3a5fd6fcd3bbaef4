"""Questionnaires: questions, indicators, coding of answers, printed form."""
