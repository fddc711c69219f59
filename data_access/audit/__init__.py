"""The audit's store: tables that only grow, a chain of hashes through them, anchors outside."""
