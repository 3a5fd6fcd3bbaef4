"""What readers get: tables for papers and workbooks."""
