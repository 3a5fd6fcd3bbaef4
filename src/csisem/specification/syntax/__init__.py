"""lavaan's model syntax, read and written."""
