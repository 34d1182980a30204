package blobs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3Options say where an object store is and who asks. The secret is in no text of this package.
type S3Options struct {
	// Place is s3+https://host[:port]/bucket[/folder]; s3+http for a store on the same machine or an inner network.
	Place          string
	Access, Secret string
	Region         string
	// RequireTLS refuses s3+http for a store on another machine: whoever is between the two sees the names of the files and can withhold them.
	RequireTLS bool
	Spool      string // folder for ciphertexts that are on their way
}

// tries is how often a call that may succeed later is made before it is given up.
const tries = 4

// S3 is a Store in an object store that speaks S3. What lies there is what a Folder holds: ciphertexts by their hash.
type S3 struct {
	client         *minio.Client
	bucket, prefix string
	spool          string
}

// OpenS3 makes sure that the bucket is there and that one may use it, so that a wrong name is told at the start.
func OpenS3(ctx context.Context, o S3Options) (*S3, error) {
	u, err := url.Parse(o.Place)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "s3+https" && u.Scheme != "s3+http" {
		return nil, errors.New("files: s3+https://host/bucket is wanted")
	}
	if u.User != nil { // it would be in every list of processes
		return nil, errors.New("files: the access key does not belong into the address")
	}
	if ip := net.ParseIP(u.Hostname()); o.RequireTLS && u.Scheme == "s3+http" && u.Hostname() != "localhost" && !ip.IsLoopback() {
		return nil, errors.New("files: s3+http is for a store on this machine: use s3+https")
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if bucket == "" {
		return nil, errors.New("files: the address names no bucket")
	}
	if prefix != "" {
		prefix += "/"
	}
	if o.Access == "" || o.Secret == "" {
		return nil, errors.New("files: the object store needs an access key and its secret")
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(o.Access, o.Secret, ""), Secure: u.Scheme == "s3+https", Region: o.Region, MaxRetries: tries, BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	if err := os.MkdirAll(o.Spool, 0o700); err != nil {
		return nil, err
	}
	if err := tidy(o.Spool); err != nil {
		return nil, err
	}
	s := &S3{client: client, bucket: bucket, prefix: prefix, spool: o.Spool}
	there, err := client.BucketExists(ctx, bucket)
	switch {
	case err != nil:
		return nil, fmt.Errorf("files: bucket %s at %s: %w", bucket, u.Host, err)
	case !there:
		return nil, fmt.Errorf("files: there is no bucket %s at %s: make it first", bucket, u.Host)
	}
	return s, nil
}

// abandoned is when what is on its way has no one any more who sends it.
const abandoned = time.Hour

// tidy removes what a server that was killed has left on the way; what another one sends just now stays.
func tidy(spool string) error {
	left, err := filepath.Glob(filepath.Join(spool, "coming-*"))
	for _, name := range left {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > abandoned {
			_ = os.Remove(name)
		}
	}
	return err
}

func (s *S3) name(hash string) (string, error) {
	if !isHash(hash) {
		return "", ErrNotFound
	}
	return s.prefix + hash[:2] + "/" + hash, nil
}

// Put waits with its call until the whole file is here: only then it has a name, and a call that fails can be made again.
func (s *S3) Put(ctx context.Context, r io.Reader) (hash string, err error) {
	file, err := os.CreateTemp(s.spool, "coming-")
	if err != nil {
		return "", err
	}
	defer func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(file, sum), r)
	if err != nil {
		return "", err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	name, err := s.name(hash)
	if err != nil {
		return "", err
	}
	stored, err := s.client.PutObject(ctx, s.bucket, name, file, size, minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true})
	if err != nil {
		return "", s.told(err)
	}
	if stored.Size != size {
		return "", fmt.Errorf("files: %d of %d bytes were stored", stored.Size, size)
	}
	return hash, nil
}

// Open reads an object.
func (s *S3) Open(ctx context.Context, hash string) (io.ReadCloser, error) {
	name, err := s.name(hash)
	if err != nil {
		return nil, err
	}
	object, err := s.client.GetObject(ctx, s.bucket, name, minio.GetObjectOptions{})
	if err != nil {
		return nil, s.told(err)
	}
	if _, err := object.Stat(); err != nil { // nothing was asked of the store before
		_ = object.Close()
		return nil, s.told(err)
	}
	return object, nil
}

// Delete removes an object.
func (s *S3) Delete(ctx context.Context, hash string) error {
	name, err := s.name(hash)
	if err != nil {
		return nil // what cannot be there is not there
	}
	if err := s.told(s.client.RemoveObject(ctx, s.bucket, name, minio.RemoveObjectOptions{})); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// Walk tells of each stored file and when it was stored, by the store's own clock.
func (s *S3) Walk(ctx context.Context, each func(hash string, stored time.Time) error) error {
	for o := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix, Recursive: true}) {
		if o.Err != nil {
			return s.told(o.Err)
		}
		hash := o.Key[strings.LastIndexByte(o.Key, '/')+1:]
		if name, err := s.name(hash); err != nil || name != o.Key {
			continue // not ours
		}
		if err := each(hash, o.LastModified); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Mark reads whose files these are.
func (s *S3) Mark(ctx context.Context) ([]byte, error) {
	object, err := s.client.GetObject(ctx, s.bucket, s.prefix+markName, minio.GetObjectOptions{})
	if err != nil {
		return nil, s.told(err)
	}
	defer object.Close()
	text, err := readMark(object)
	if err = s.told(err); errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return text, err
}

// SetMark writes it: an object is replaced as a whole.
func (s *S3) SetMark(ctx context.Context, text []byte) error {
	_, err := s.client.PutObject(ctx, s.bucket, s.prefix+markName, bytes.NewReader(text), int64(len(text)), minio.PutObjectOptions{ContentType: "text/plain", DisableMultipart: true})
	return s.told(err)
}

// told turns the store's words into ours. They name the object, which is a hash, and never the secret.
func (s *S3) told(err error) error {
	if err == nil {
		return nil
	}
	switch minio.ToErrorResponse(err).Code {
	case minio.NoSuchKey, "NotFound":
		return ErrNotFound
	}
	return fmt.Errorf("files: the object store: %w", err)
}
