"""What an address says, as one frozen value: settings, those allowed, what they cost, their form."""
