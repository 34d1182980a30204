package help

import (
	"fmt"

	"github.com/yuin/goldmark/ast"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// ofHeading is the attribute of a table that holds the id of the heading above it.
const ofHeading = "of-heading"

// nameTables has each table called after the heading above it, and each head of a column say that it is one: whoever
// listens to the page learns what a table holds before she goes into it.
func (d document) nameTables() {
	var above any
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			above, _ = n.AttributeString("id")
		case *table.Table:
			n.SetAttributeString(ofHeading, above)
			for cell := n.FirstChild().FirstChild(); cell != nil; cell = cell.NextSibling() {
				cell.SetAttributeString("scope", []byte("col"))
			}
		}
	}
}

// tables writes a table with its name, which goldmark's own renderer leaves out.
type tables struct{}

// RegisterFuncs takes the table itself; its rows and cells are goldmark's.
func (tables) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(table.KindTable, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			_, err := w.WriteString("</table>\n")
			return ast.WalkContinue, err
		}
		heading, _ := n.AttributeString(ofHeading)
		_, err := fmt.Fprintf(w, "<table aria-labelledby=\"%s\">\n", heading)
		return ast.WalkContinue, err
	})
}
