"""Who owns a deal: a seller changes what is its own, and whoever may assign gives a deal to another one."""
