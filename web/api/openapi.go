package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/swaggest/jsonschema-go"
	openapi "github.com/swaggest/openapi-go"
	"github.com/swaggest/openapi-go/openapi31"

	"mkr/domain/person"
)

// document is the OpenAPI 3.1 document, made from the list of routes and the Go types that they decode into. It is the same for every
// API, so that it is made once.
var document = sync.OnceValues(func() ([]byte, error) {
	routes := new(API).all()
	ref := openapi31.NewReflector()
	ref.Spec.Info.Title = "mkr: the Coordinated Referral Mechanism"
	ref.Spec.Info.Version = "1"
	desc := "JSON for partner systems. Errors are RFC 9457 problems with a code. Commands need an Idempotency-Key (a UUID); If-Match names the revision that you saw."
	ref.Spec.Info.Description = &desc
	ref.Spec.SetHTTPBearerTokenSecurity("bearer", "", "a token that the municipality's administrator issued")
	ref.DefaultOptions = append(ref.DefaultOptions, jsonschema.InterceptSchema(onTheWire), jsonschema.InterceptProp(alwaysThere), jsonschema.InterceptNullability(neverNull))
	for _, rt := range routes {
		op, err := ref.NewOperationContext(rt.method, "/api/v1"+rt.path)
		if err != nil {
			return nil, fmt.Errorf("openapi: %s %s: %w", rt.method, rt.path, err)
		}
		op.SetSummary(rt.summary)
		op.SetTags(strings.FieldsFunc(rt.path, func(r rune) bool { return r == '/' })[0])
		op.SetID(operationID(rt))
		if !rt.public {
			op.AddSecurity("bearer")
		}
		op.AddReqStructure(parameters(rt))
		if rt.in != nil {
			op.AddReqStructure(rt.in, func(cu *openapi.ContentUnit) { cu.Description = "An empty body is an empty object." })
		}
		if rt.raw {
			op.AddReqStructure("", func(cu *openapi.ContentUnit) {
				cu.ContentType, cu.Description = "application/octet-stream", "The file: a PDF, or a JPEG, PNG or WebP image, at most 20 MiB. What it is is found in its bytes."
			})
		}
		op.AddRespStructure(rt.out, func(cu *openapi.ContentUnit) {
			cu.HTTPStatus, cu.Description = rt.status, describe(rt)
			if rt.html {
				cu.ContentType = "text/html"
			}
			if rt.file {
				cu.ContentType = "application/octet-stream"
			}
		})
		op.AddRespStructure(Problem{}, func(cu *openapi.ContentUnit) {
			cu.HTTPStatus = 0
			cu.IsDefault = true
			cu.Description = "A problem (RFC 9457): code says which, field what is at fault."
			cu.ContentType = "application/problem+json"
		})
		if err := ref.AddOperation(op); err != nil {
			return nil, fmt.Errorf("openapi: %s %s: %w", rt.method, rt.path, err)
		}
	}
	return closed(ref.Spec, routes)
})

// describe says what an answer's headers hold, and what a retry gets.
func describe(rt route) string {
	switch {
	case rt.command:
		return "Done. ETag is the revision after it. A retry under the same key gets the same answer with duplicate: true; where the outcome was there before, nothing is done and the status is 200."
	case isList(rt.query):
		return "One page, all of it as of one position. Link names the next page, if there is one."
	}
	return "The answer."
}

func isList(query any) bool {
	_, ok := query.(interface{ isList() })
	return ok
}

// closed adds what the reflector cannot say: bodies take no other members than these.
func closed(spec any, routes []route) ([]byte, error) {
	raw, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	schemas, _ := doc["components"].(map[string]any)["schemas"].(map[string]any)
	var closeAll func(v any)
	closeAll = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			name, isRef := strings.CutPrefix(fmt.Sprint(v["$ref"]), "#/components/schemas/")
			if isRef {
				closeAll(schemas[name])
				return
			}
			if v["type"] == "object" && v["additionalProperties"] == nil {
				v["additionalProperties"] = false
			}
			for _, inner := range v {
				closeAll(inner)
			}
		case []any:
			for _, inner := range v {
				closeAll(inner)
			}
		}
	}
	for _, rt := range routes {
		if rt.in == nil {
			continue
		}
		op := doc["paths"].(map[string]any)["/api/v1"+rt.path].(map[string]any)[strings.ToLower(rt.method)].(map[string]any)
		if op["requestBody"] == nil { // a body without members, which the reflector leaves out
			op["requestBody"] = map[string]any{"content": map[string]any{"application/json": map[string]any{"schema": map[string]any{"type": "object"}}}}
		}
		closeAll(op["requestBody"])
	}
	return json.MarshalIndent(doc, "", "  ")
}

// alwaysThere marks the members that every answer has: those that are never left out. (Bodies say required themselves.)
func alwaysThere(p jsonschema.InterceptPropParams) error {
	tag := p.Field.Tag.Get("json")
	if !p.Processed || tag == "" || strings.Contains(tag, "omit") || slices.Contains(p.ParentSchema.Required, p.Name) {
		return nil
	}
	p.ParentSchema.Required = append(p.ParentSchema.Required, p.Name)
	return nil
}

// neverNull: an empty list is [], never null; a number that is required is there, though it may be none (*int).
func neverNull(p jsonschema.InterceptNullabilityParams) {
	if p.Type.Kind() == reflect.Slice || p.Type.Kind() == reflect.Map || p.Type == reflect.TypeFor[*int]() {
		p.Schema.RemoveType(jsonschema.Null)
	}
}

// onTheWire shows types that write themselves as what they are in JSON: person.Plain is a string, sealed before it is
// stored; *json.Number is a number or null.
func onTheWire(p jsonschema.InterceptSchemaParams) (stop bool, err error) {
	if !p.Value.IsValid() || p.Processed {
		return false, nil
	}
	switch p.Value.Type() {
	case reflect.TypeFor[person.Plain]():
		p.Schema.AddType(jsonschema.String)
		p.Schema.WithDescription("Personal; sealed before it is stored.")
		return true, nil
	case reflect.TypeFor[*json.Number](): // what is not there is left out or null
		p.Schema.AddType(jsonschema.Number)
		p.Schema.AddType(jsonschema.Null)
		return true, nil
	}
	return false, nil
}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

// parameters makes a struct type for a route's path, query and headers: the reflector reads them from tags.
func parameters(rt route) any {
	var fields []reflect.StructField
	add := func(name string, t reflect.Type, tag string) {
		fields = append(fields, reflect.StructField{Name: name, Type: t, Tag: reflect.StructTag(tag)})
	}
	for i, m := range inPath.FindAllStringSubmatch(rt.path, -1) {
		add(fmt.Sprintf("Path%d", i), reflect.TypeFor[string](), `path:"`+m[1]+`"`)
	}
	for _, f := range fieldsOf(rt.query) {
		add("Query"+f.Name, f.Type, string(f.Tag))
	}
	if rt.command {
		add("HeaderKey", reflect.TypeFor[string](), `header:"Idempotency-Key" required:"true" format:"uuid" description:"The command's id: the same on a retry."`)
		add("HeaderMatch", reflect.TypeFor[string](), `header:"If-Match" description:"The revision that you saw, in quotes; older is 412."`)
	}
	return reflect.New(reflect.StructOf(fields)).Interface()
}

func operationID(rt route) string {
	id := strings.ToLower(rt.method)
	for _, part := range strings.FieldsFunc(rt.path, func(r rune) bool { return strings.ContainsRune("/{}-_.", r) }) {
		id += strings.ToUpper(part[:1]) + part[1:]
	}
	return id
}
