// Verifies a folder that holds a public log, with the tree and the notes of Go's checksum database.
//
//	verify_log FOLDER VKEY [SIZE:ROOT...]
//
// It shares no line with Kulanz: tiles, proofs and signatures are those of golang.org/x/mod. Each SIZE:ROOT
// is an earlier head, the root in base64, out of which the log must have grown.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
	// Proofs are made of every so many entries and of the last, hashes are compared of all.
	step = 499
)

// A folder is read by the paths of c2sp.org/tlog-tiles, which leave out the height that tlog's paths name.
type folder string

func (f folder) Height() int { return height }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	contents := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		content, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		contents[i] = content
	}
	return contents, nil
}

func (f folder) head(vkey string) (tlog.Tree, error) {
	var tree tlog.Tree
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	content, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	if err != nil {
		return tree, err
	}
	signed, err := note.Open(content, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, errors.New("the note is no checkpoint of this log")
	}
	return parseHead(lines[1], lines[2])
}

func parseHead(size, root string) (tree tlog.Tree, err error) {
	if tree.N, err = strconv.ParseInt(size, 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(root)
	return tree, err
}

func (f folder) entries(tree tlog.Tree) ([][]byte, error) {
	var entries [][]byte
	for first := int64(0); first < tree.N; first += width {
		bundle := tlog.Tile{H: height, L: -1, N: first / width, W: width}
		if tree.N-first < width {
			bundle.W = int(tree.N - first)
		}
		path := strings.Replace(bundle.Path(), "tile/8/data", "tile/entries", 1)
		content, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		for len(content) >= 2 {
			end := 2 + int(binary.BigEndian.Uint16(content))
			if end > len(content) {
				return nil, fmt.Errorf("%s ends inside an entry", path)
			}
			entries = append(entries, content[2:end])
			content = content[end:]
		}
		if len(content) > 0 || int64(len(entries)) != first+int64(bundle.W) {
			return nil, fmt.Errorf("%s does not hold %d entries", path, bundle.W)
		}
	}
	return entries, nil
}

func verifyEntries(tree tlog.Tree, hashes tlog.HashReader, entries [][]byte) error {
	places := make([]int64, len(entries))
	for i := range entries {
		places[i] = tlog.StoredHashIndex(0, int64(i))
	}
	kept, err := hashes.ReadHashes(places)
	if err != nil {
		return err
	}
	for i, entry := range entries {
		index := int64(i)
		leaf := tlog.RecordHash(entry)
		if kept[i] != leaf {
			return fmt.Errorf("entry %d does not have the hash that its tile holds", index)
		}
		if index%step != 0 && index != tree.N-1 {
			continue
		}
		proof, err := tlog.ProveRecord(tree.N, index, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf); err != nil {
			return err
		}
	}
	return nil
}

func verifyGrowth(tree tlog.Tree, hashes tlog.HashReader, earlier string) error {
	size, root, _ := strings.Cut(earlier, ":")
	old, err := parseHead(size, root)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

func verify(log folder, vkey string, earlier []string) error {
	tree, err := log.head(vkey)
	if err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, log)
	entries, err := log.entries(tree)
	if err != nil {
		return err
	}
	if err := verifyEntries(tree, hashes, entries); err != nil {
		return err
	}
	for _, head := range earlier {
		if err := verifyGrowth(tree, hashes, head); err != nil {
			return err
		}
	}
	fmt.Printf("verified %d entries and %d earlier heads\n", tree.N, len(earlier))
	return nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: verify_log FOLDER VKEY [SIZE:ROOT...]")
		os.Exit(2)
	}
	if err := verify(folder(os.Args[1]), os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
