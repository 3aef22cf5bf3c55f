// Nothing to compile: this package only names a dependency.
