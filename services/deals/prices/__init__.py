"""Price lists: what a tier pays where, in which currency and since when."""
