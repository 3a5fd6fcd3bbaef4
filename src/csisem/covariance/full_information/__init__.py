"""Full-information maximum likelihood from incomplete answers."""
