"""Reports: their contents from results, and the files they are written as."""
