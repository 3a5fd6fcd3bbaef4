"""The questionnaire: questions, indicators, coding of answers, printed form."""
