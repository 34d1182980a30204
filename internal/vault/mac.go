package vault

// MAC returns a keyed fingerprint of data (HMAC-SHA256 under a key of this deployment), the same for the same purpose
// and data for as long as the key is not rotated. Different purposes never give related fingerprints. The bytes are
// opaque: 5 that name the key and 32 of the hash. Compare a stored one with VerifyMAC, which also knows older keys.
func (v *Vault) MAC(purpose string, data []byte) []byte {
	tag, err := v.mac.ComputeMAC(macInput(purpose, data))
	if err != nil {
		// HMAC over bytes in memory has no way to fail.
		panic("vault: computing an HMAC failed: " + err.Error())
	}
	return tag
}

// VerifyMAC tells, in constant time, whether mac is the fingerprint of data for this purpose.
func (v *Vault) VerifyMAC(purpose string, data, mac []byte) bool {
	return v.mac.VerifyMAC(mac, macInput(purpose, data)) == nil
}

func macInput(purpose string, data []byte) []byte {
	return append(lengthPrefixed(purpose), data...)
}
