# Makes docs/json.md, behind its head, of the schema: jq -rf json.jq SCHEMA
# A section for each kind of record and each object in them, and in it a row
# for each key; all that is said of a key is in the schema.

. as $schema |

def defs: $schema."$defs";

# "Vector, inspected" has the anchor vector-inspected.
def anchor: ascii_downcase | gsub("[^a-z0-9 -]"; "") | gsub(" "; "-");

def link: "[\(.title)](#\(.title | anchor))";

# The definition that a "$ref" is of.
def target: ."$ref" | ltrimstr("#/$defs/") as $name | defs[$name];

# What a value is: "number", "array of [Vector](#vector) or null".
def what:
	def one($type):
		if $type == "array" then "array of \(.items | what)"
		elif $type == "integer" then "number"
		else $type end;
	if has("$ref") then
		target | if has("description") or has("properties") then link
			elif has("anyOf") then what
			else .title end
	elif has("anyOf") then [.anyOf[] | what] | join(" or ")
	elif has("const") then "`\(.const)`"
	elif has("enum") then [.enum[] | "`\(.)`"] | join(", ")
	else . as $value | [.type | if type == "array" then .[] else . end] |
		map(. as $type | $value | one($type)) | join(" or ")
	end;

def rows:
	"| key | value | meaning |", "|---|---|---|",
	(.properties | to_entries[] |
		"| `\(.key)` | \(.value | what) | \(.value.description) |");

# What else it has: the sections of its parts.
def parts: [.allOf[]? | target | link] | join(", ");

def section:
	"", "## \(.title)", "",
	(if has("description") then .description, "" else empty end),
	(if has("enum") then ([.enum[] | "`\(.)`"] | join(", "))
	else
		(if has("allOf") then "All of \(parts)\(if has("properties")
			then ", and:" else "." end)",
			(if has("properties") then "" else empty end)
		else empty end),
		(if has("properties") then rows else empty end)
	end);

defs[] | select(has("description") or has("properties")) | section
