# All that the rotation bot needs of a KV version 2 mount: metadata, never a value.
# `secret` is the mount and `flashfusion/` the prefix of rotation.config.yml; a namespace goes into VAULT_NAMESPACE.

# The inventory, and to verify a rotation.
path "secret/metadata/flashfusion/*" {
  capabilities = ["list", "read"]
}

# To keep its own token alive, and to tell an expired token from a path that it may not read.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}

# To see that it may read no value (the doctor asks what it may do, not for the value).
path "sys/capabilities-self" {
  capabilities = ["update"]
}

# No value, also where another policy of the same token is wider.
path "secret/data/*" {
  capabilities = ["deny"]
}
