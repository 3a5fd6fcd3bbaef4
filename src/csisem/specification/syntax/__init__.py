"""lavaan's model syntax: reader and writer."""
