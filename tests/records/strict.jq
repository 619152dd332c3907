# Makes the schema strict: no type of record and no key but those it lists.
# jq -f strict.jq SCHEMA
. as $schema |

def names: [.allOf[].if.properties.type.const];

# With its parts' properties as its own, which alone can be closed.
def whole:
	def part: ."$ref" | ltrimstr("#/$defs/") | $schema."$defs"[.] | whole;
	reduce (.allOf[]? | part) as $part (del(.allOf);
		.properties = $part.properties + (.properties // {}) |
		.required = $part.required + (.required // []));

def closed:
	if has("properties") then .additionalProperties = false else . end;

names as $names |
del(."$ref") |
.required = ["type"] |
.properties.type.enum = $names |
."$defs" |= map_values(whole | closed)
