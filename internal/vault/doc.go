// Package vault seals personal texts under one key per person, opens them again, and destroys keys.
//
// What it guarantees:
//
//   - A sealed value opens only as what it was filed as: subject, command id and field are authenticated with it, so a
//     value that was moved or changed in any bit is ErrTampered.
//   - A value can be opened for one reader, with a proof that holds against the stored event (Reveal), and no other
//     value of the person opens by it.
//   - When Seal returns, the subject's key is durable: no stored value can outlive its key by a crash.
//   - After Shred returns, no process on this folder opens or seals anything for that subject again, and the bytes of
//     its wrapped key are gone from the folder's files. What has been shredded (ErrShredded) is told from what was
//     never known (ErrUnknownKey) for ever.
//   - Nothing in the folder, and no error text, holds a plaintext or a data key in the clear.
//
// The folder holds two files. deployment.key is a Tink keyset that wraps all others; keys.db (SQLite) holds the wrapped
// keys. Their backups are useless without each other and should lie apart. Several processes of one machine may share a
// folder; a Vault is safe for use by many goroutines.
//
// What it cannot do: wipe copies of keys.db in backups, in snapshots of the file system or in the spare blocks of a
// disk, nor keys in the memory of this process before it ends. Operators keep key backups short for the first two.
package vault
