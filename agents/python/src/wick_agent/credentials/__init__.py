"""Where keys come from: AWS's standard chain, in the order of AWS's SDKs, written against the standard library."""
