"""Where a text comes from: which training posts contain its longest spans; where an author's posts were used."""
