package vault

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"mkr/domain/person"
)

var benchText = person.PlainOf("Lulezim Gjoni, Rruga e Detarit 14, Shkodër")

func benchVault(b *testing.B, cacheSize int) *Vault {
	v, err := Open(Options{Dir: b.TempDir(), CacheSize: cacheSize})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = v.Close() })
	return v
}

// BenchmarkSeal: the person has a key already.
func BenchmarkSeal(b *testing.B) {
	v, subject := benchVault(b, 0), uuid.NewString()
	for b.Loop() {
		if _, err := v.Seal(context.Background(), subject, ref, person.FieldName, benchText); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSealNewPerson: one durable write each.
func BenchmarkSealNewPerson(b *testing.B) {
	v := benchVault(b, 0)
	for b.Loop() {
		if _, err := v.Seal(context.Background(), uuid.NewString(), ref, person.FieldName, benchText); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSealNewPersonParallel: 64 writers share the durable writes.
func BenchmarkSealNewPersonParallel(b *testing.B) {
	v := benchVault(b, 0)
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := v.Seal(context.Background(), uuid.NewString(), ref, person.FieldName, benchText); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkSealAll: 500 new persons in one call.
func BenchmarkSealAll(b *testing.B) {
	v := benchVault(b, 0)
	for b.Loop() {
		items := make([]Item, 500)
		for i := range items {
			items[i] = Item{Subject: uuid.NewString(), Ref: ref, Field: person.FieldName, Plain: benchText}
		}
		if _, err := v.SealAll(context.Background(), items); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen: the key is cached.
func BenchmarkOpen(b *testing.B) {
	v := benchVault(b, 0)
	s := seal(b, v, uuid.NewString(), person.FieldName, benchText.Reveal())
	for b.Loop() {
		if _, err := v.Open(context.Background(), s); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpenCold: every key is read from the store, as when the index of names is built at start.
func BenchmarkOpenCold(b *testing.B) {
	v := benchVault(b, 1)
	two := []person.Sealed{
		seal(b, v, uuid.NewString(), person.FieldName, benchText.Reveal()),
		seal(b, v, uuid.NewString(), person.FieldName, benchText.Reveal()),
	}
	for i := 0; b.Loop(); i++ {
		if _, err := v.Open(context.Background(), two[i%2]); err != nil {
			b.Fatal(err)
		}
	}
}
