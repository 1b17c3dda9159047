"""Networks from elsewhere: opened, laid flat, and wrapped so that they take raw pixels and give the seven classes."""
