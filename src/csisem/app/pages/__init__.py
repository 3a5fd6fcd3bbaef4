"""Pages of the app, a file each."""
