"""Full-information maximum likelihood (FIML) of incomplete answers."""
