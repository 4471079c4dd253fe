"""Several requests of any kind in one, in their order, each as if it had come by itself."""
