package images

import (
	"bytes"
	"encoding/binary"
)

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	mSOF0, mSOF15 = 0xc0, 0xcf
	mDHT, mDAC    = 0xc4, 0xcc
	mJPG          = 0xc8
	mRST0, mRST7  = 0xd0, 0xd7
	mSOI, mEOI    = 0xd8, 0xd9
	mSOS, mDQT    = 0xda, 0xdb
	mDRI          = 0xdd
	mAPP0, mAPP1  = 0xe0, 0xe1
	mAPP2, mAPP14 = 0xe2, 0xee
	mTEM          = 0x01
)

var (
	exifHead = []byte("Exif\x00\x00")
	iccHead  = []byte("ICC_PROFILE\x00")
	jfifHead = []byte("JFIF\x00")
)

// cleanJPEG keeps the tables, the frame, the scans, the profile of colours and how the colours are coded (JFIF, Adobe).
func cleanJPEG(b []byte) ([]byte, error) {
	if len(b) < 4 || b[0] != 0xff || b[1] != mSOI {
		return nil, ErrBroken
	}
	out, at := b[:2], 2 // out is never longer than what was read
	framed, scanned, turned := false, false, false
	for {
		for at+1 < len(b) && b[at] == 0xff && b[at+1] == 0xff { // fill
			at++
		}
		if at+1 >= len(b) || b[at] != 0xff {
			return nil, ErrBroken
		}
		marker := b[at+1]
		if marker == mEOI {
			if !scanned {
				return nil, ErrBroken
			}
			return append(out, 0xff, mEOI), nil // what follows is no part of the picture
		}
		if marker == mTEM || marker >= mRST0 && marker <= mSOI || marker == 0 || at+4 > len(b) {
			return nil, ErrBroken
		}
		length := int(binary.BigEndian.Uint16(b[at+2:]))
		if length < 2 || at+2+length > len(b) {
			return nil, ErrBroken
		}
		whole, body := b[at:at+2+length], b[at+4:at+2+length]
		at += len(whole)
		switch {
		case marker >= mSOF0 && marker <= mSOF15 && marker != mDHT && marker != mJPG && marker != mDAC:
			if len(body) < 6 || framed {
				return nil, ErrBroken
			}
			if err := checkSize(int(binary.BigEndian.Uint16(body[3:])), int(binary.BigEndian.Uint16(body[1:]))); err != nil {
				return nil, err
			}
			framed = true
			out = append(out, whole...)
		case marker == mDHT, marker == mDAC, marker == mDQT, marker == mDRI, marker == mAPP14 && bytes.HasPrefix(body, []byte("Adobe")), marker == mAPP2 && bytes.HasPrefix(body, iccHead):
			out = append(out, whole...)
		case marker == mAPP0 && bytes.HasPrefix(body, jfifHead) && len(body) >= 14:
			out = append(out, 0xff, mAPP0, 0, 16)
			out = append(out, body[:12]...)
			out = append(out, 0, 0) // without the small copy
		case marker == mAPP1 && bytes.HasPrefix(body, exifHead) && !turned:
			if fields := onlyWayUp(body[len(exifHead):]); fields != nil {
				turned = true
				out = append(out, 0xff, mAPP1, 0, byte(2+len(exifHead)+len(fields)))
				out = append(append(out, exifHead...), fields...)
			}
		case marker == mSOS:
			if !framed {
				return nil, ErrBroken
			}
			scanned = true
			end := endOfScan(b, at)
			if end < 0 {
				return nil, ErrBroken
			}
			out = append(append(out, whole...), b[at:end]...)
			at = end
		}
	}
}

// endOfScan is where the marker stands that ends a scan's own bytes; below 0 where there is none.
func endOfScan(b []byte, at int) int {
	for ; at+1 < len(b); at++ {
		if b[at] == 0xff && b[at+1] != 0 && b[at+1] != 0xff && (b[at+1] < mRST0 || b[at+1] > mRST7) {
			return at
		}
	}
	return -1
}
