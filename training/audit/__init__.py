"""The command `gaihe audit`, and posts judged by models that did not learn from them."""
