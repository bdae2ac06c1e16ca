"""The frozen settings of the stack, and every size and count that follows from them. No feature maps here."""
