package house

import (
	"fmt"
	"strings"
)

// A reader for the part of YAML that docker-compose.yml is written in: maps and lists by indentation, plain and quoted
// scalars, flow lists and maps on one line, "|" blocks. Whatever else it meets is an error, and so is a key that
// is there twice, which many readers let pass.

type yamlReader struct {
	lines []string
	at    int
}

func readYAML(text string) (any, error) {
	r := &yamlReader{lines: strings.Split(text, "\n")}
	v, err := r.value(0)
	if err == nil && r.next() {
		err = r.fail("is indented as nothing above it")
	}
	return v, err
}

// next moves to the next line that says something.
func (r *yamlReader) next() bool {
	for ; r.at < len(r.lines); r.at++ {
		if t := strings.TrimSpace(r.lines[r.at]); t != "" && !strings.HasPrefix(t, "#") {
			return true
		}
	}
	return false
}

func (r *yamlReader) fail(why string) error { return fmt.Errorf("line %d %s", r.at+1, why) }

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func (r *yamlReader) value(depth int) (any, error) {
	if !r.next() || indent(r.lines[r.at]) < depth {
		return nil, nil
	}
	depth = indent(r.lines[r.at])
	if strings.HasPrefix(r.lines[r.at][depth:], "- ") {
		return r.list(depth)
	}
	return r.mapping(depth)
}

func (r *yamlReader) list(depth int) (any, error) {
	var out []any
	for r.next() && indent(r.lines[r.at]) == depth && strings.HasPrefix(r.lines[r.at][depth:], "- ") {
		v, err := r.scalar(r.lines[r.at][depth+2:], depth)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (r *yamlReader) mapping(depth int) (any, error) {
	out := map[string]any{}
	for r.next() && indent(r.lines[r.at]) == depth {
		line := r.lines[r.at][depth:]
		key, rest, ok := strings.Cut(line, ":")
		if !ok || strings.ContainsAny(key, " \t\"'&*!{[") || rest != "" && rest[0] != ' ' {
			return nil, r.fail("is no key with a value: " + line)
		}
		if _, twice := out[key]; twice {
			return nil, r.fail("has a key that is there already: " + key)
		}
		var v any
		var err error
		if strings.TrimSpace(rest) == "" {
			r.at++
			v, err = r.value(depth + 1)
		} else {
			v, err = r.scalar(rest[1:], depth)
		}
		if err != nil {
			return nil, err
		}
		out[key] = v
	}
	return out, nil
}

// scalar reads what stands beside a key or a dash and moves on.
func (r *yamlReader) scalar(s string, depth int) (any, error) {
	defer func() { r.at++ }()
	switch {
	case s == "|":
		var block []string
		for r.at+1 < len(r.lines) && (strings.TrimSpace(r.lines[r.at+1]) == "" || indent(r.lines[r.at+1]) > depth) {
			r.at++
			block = append(block, strings.TrimSpace(r.lines[r.at]))
		}
		return strings.Join(block, "\n"), nil
	case s[0] == '[' && s[len(s)-1] == ']':
		var out []any
		for _, part := range strings.Split(s[1:len(s)-1], ", ") {
			out = append(out, strings.Trim(part, `"`))
		}
		return out, nil
	case s[0] == '{' && s[len(s)-1] == '}':
		out := map[string]any{}
		for part := range strings.SplitSeq(s[1:len(s)-1], ", ") {
			if k, v, ok := strings.Cut(part, ": "); ok {
				out[k] = strings.Trim(v, `"`)
			}
		}
		return out, nil
	case s[0] == '"' && s[len(s)-1] == '"':
		return s[1 : len(s)-1], nil
	case strings.ContainsAny(s[:1], "&*!>'\"{[|%@`"), strings.Contains(s, ": "), strings.Contains(s, " #"):
		return nil, r.fail("is written in a way this reader does not know: " + s)
	}
	return s, nil
}
