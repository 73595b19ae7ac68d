package templates

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
)

// reading walks a template beside the type of its data, into every branch, taken or
// not: it finds fields that do not exist and knows which ones the text shows.
type reading struct {
	kind  Kind
	all   *template.Template // with the shared parts
	funcs template.FuncMap
	shown map[string]bool // TYPE.FIELD, or FIELD of the headers and the kind
	parts []string        // shared parts that are being read, against circles
	errs  []error
}

// verify says what is wrong with a template: fields that its kind does not have, and
// fields that it must show and does not.
func verify(t *template.Template, k Kind, funcs template.FuncMap) error {
	r := &reading{kind: k, all: t, funcs: funcs, shown: map[string]bool{}}
	r.template(t.Tree, reflect.TypeOf(k.sample))
	if len(r.errs) > 0 {
		return errors.Join(r.errs...)
	}
	var missing []string
	for _, f := range k.Fields {
		if f.Need != "" && !r.shown[f.Name] {
			missing = append(missing, "."+f.Name+" ("+f.Need+")")
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("templates: %s: does not show %s", t.Name(), strings.Join(missing, ", "))
	}
	return nil
}

func (r *reading) template(tree *parse.Tree, dot reflect.Type) {
	r.list(tree, tree.Root, place{dot, ""}, map[string]place{"$": {dot, ""}})
}

// place is a value in the data: its type, and its path from the top. An unknown type
// is nil and is not checked.
type place struct {
	t    reflect.Type
	path string
}

func (r *reading) list(tree *parse.Tree, l *parse.ListNode, dot place, vars map[string]place) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			at := r.pipe(tree, n.Pipe, dot, vars)
			r.shown[at.path] = r.shown[at.path] || len(n.Pipe.Decl) == 0
		case *parse.IfNode:
			r.pipe(tree, n.Pipe, dot, vars)
			r.list(tree, n.List, dot, vars)
			r.list(tree, n.ElseList, dot, vars)
		case *parse.WithNode:
			r.list(tree, n.List, r.pipe(tree, n.Pipe, dot, vars), vars)
			r.list(tree, n.ElseList, dot, vars)
		case *parse.RangeNode:
			r.list(tree, n.List, r.loop(tree, n.Pipe, dot, vars), vars)
			r.list(tree, n.ElseList, dot, vars)
		case *parse.TemplateNode:
			r.part(tree, n, dot, vars)
		}
	}
}

// part reads a shared part where it is used.
func (r *reading) part(tree *parse.Tree, n *parse.TemplateNode, dot place, vars map[string]place) {
	var arg place
	if n.Pipe != nil {
		arg = r.pipe(tree, n.Pipe, dot, vars)
	}
	t := r.all.Lookup(n.Name)
	if t == nil || t.Tree == nil {
		r.fail(tree, n, fmt.Sprintf("no part %q", n.Name))
		return
	}
	if slices.Contains(r.parts, n.Name) {
		r.fail(tree, n, fmt.Sprintf("part %q holds itself", n.Name))
		return
	}
	r.parts = append(r.parts, n.Name)
	r.list(t.Tree, t.Tree.Root, arg, map[string]place{"$": arg})
	r.parts = r.parts[:len(r.parts)-1]
}

// loop gives the element that a range stands on.
func (r *reading) loop(tree *parse.Tree, p *parse.PipeNode, dot place, vars map[string]place) place {
	at := r.pipe(tree, &parse.PipeNode{NodeType: p.NodeType, Pos: p.Pos, Line: p.Line, Cmds: p.Cmds}, dot, vars)
	r.shown[at.path] = true
	elem := place{}
	if at.t != nil && (at.t.Kind() == reflect.Slice || at.t.Kind() == reflect.Map) {
		elem = place{at.t.Elem(), at.path}
	}
	for i, v := range p.Decl {
		vars[v.Ident[0]] = place{}
		if i == len(p.Decl)-1 {
			vars[v.Ident[0]] = elem
		}
	}
	return elem
}

// pipe follows a pipeline to its value. What a function is given counts as shown.
func (r *reading) pipe(tree *parse.Tree, p *parse.PipeNode, dot place, vars map[string]place) place {
	var last place
	for _, c := range p.Cmds {
		last = r.operand(tree, c.Args[0], dot, vars)
		for _, a := range c.Args[1:] {
			r.operand(tree, a, dot, vars)
		}
		f, isFunc := c.Args[0].(*parse.IdentifierNode)
		if !isFunc {
			continue
		}
		if made, ok := r.funcs[f.Ident]; ok {
			for _, a := range c.Args[1:] {
				r.shown[r.operand(tree, a, dot, vars).path] = true
			}
			last = place{t: reflect.TypeOf(made).Out(0)}
		}
	}
	for _, v := range p.Decl {
		vars[v.Ident[0]] = last
	}
	return last
}

func (r *reading) operand(tree *parse.Tree, n parse.Node, dot place, vars map[string]place) place {
	switch n := n.(type) {
	case *parse.DotNode:
		return dot
	case *parse.FieldNode:
		return r.follow(tree, n, dot, n.Ident)
	case *parse.VariableNode:
		return r.follow(tree, n, vars[n.Ident[0]], n.Ident[1:])
	case *parse.ChainNode:
		return r.follow(tree, n, r.operand(tree, n.Node, dot, vars), n.Field)
	case *parse.PipeNode:
		return r.pipe(tree, n, dot, vars)
	}
	return place{}
}

// follow goes along .A.B from a place.
func (r *reading) follow(tree *parse.Tree, n parse.Node, at place, names []string) place {
	for _, name := range names {
		if at.t == nil {
			return place{}
		}
		if m, ok := at.t.MethodByName(name); ok {
			at = place{m.Type.Out(0), at.path}
			continue
		}
		t := at.t
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		f, ok := reflect.StructField{}, false
		if t.Kind() == reflect.Struct {
			f, ok = t.FieldByName(name)
		}
		if !ok {
			r.fail(tree, n, unknownField(r.kind, at, name))
			return place{}
		}
		at = place{f.Type, strings.TrimPrefix(at.path+"."+name, ".")}
	}
	return at
}

// unknownField names what stands there instead.
func unknownField(k Kind, at place, name string) string {
	var known []string
	for _, f := range k.Fields {
		if at.path == "" {
			known = append(known, "."+f.Name)
		} else if rest, ok := strings.CutPrefix(f.Name, at.path+"."); ok {
			known = append(known, "."+rest)
		}
	}
	if len(known) == 0 && at.t.Kind() == reflect.Struct {
		for i := range at.t.NumField() {
			known = append(known, "."+at.t.Field(i).Name)
		}
	}
	where := k.Name
	if at.path != "" {
		where += "." + at.path
	}
	if len(known) == 0 {
		return fmt.Sprintf("%s has no field .%s", where, name)
	}
	return fmt.Sprintf("%s has no field .%s%s; it has %s", where, name, perhaps("."+name, known), strings.Join(known, ", "))
}

// fail notes what is wrong at a node, with file and line.
func (r *reading) fail(tree *parse.Tree, n parse.Node, what string) {
	at, _ := tree.ErrorContext(n)
	if parts := strings.Split(at, ":"); len(parts) > 2 {
		at = strings.Join(parts[:len(parts)-1], ":") // file:line, without the column
	}
	r.errs = append(r.errs, fmt.Errorf("templates: %s: %s", at, what))
}
