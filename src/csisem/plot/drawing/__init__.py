"""What pictures share: axes, fonts, colours, labels, frames read."""
