"""Where the clocks of one record stand at a moment, in words: what rules leave open because they never look at today."""
