# What the rotation bot needs on a KV version 2 mount: metadata, never a value.
# Replace `secret` and `flashfusion/` with the mount and prefix in rotation.config.yml. Set a namespace with VAULT_NAMESPACE.

# To read the inventory and verify a rotation.
path "secret/metadata/flashfusion/*" {
  capabilities = ["list", "read"]
}

# To renew its own token, and to distinguish an expired token from a denied path.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}

# To verify that it cannot read values: the doctor asks for its capabilities, not for a value.
path "sys/capabilities-self" {
  capabilities = ["update"]
}

# Denies every value, even if another policy of the same token allows it.
path "secret/data/*" {
  capabilities = ["deny"]
}
