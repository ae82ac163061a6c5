/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The tables of every node's keys: names, kinds, defaults and limits. docs/scene.md explains them
 * in the same order. */

#include "scene/scene_internal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/words.h"

#define BIG     1e9
#define KIND(k) (1u << (k))
#define OBJECTS (KIND(ZD_SCENE_NODE_SURFACE) | KIND(ZD_SCENE_NODE_GEOMETRY))
#define PLACES \
    (KIND(ZD_SCENE_NODE_AXIS) | OBJECTS | KIND(ZD_SCENE_NODE_CAMERA) | KIND(ZD_SCENE_NODE_LIGHT))
#define SWITCH(n, standard, text)                                                                \
    {                                                                                            \
        .name = n, .kind = ZD_SCENE_VALUE_CHOICE, .choices = "no|yes", .defaults = { standard }, \
        .help = text                                                                             \
    }
#define CHOICE(n, words, standard, text)                                                      \
    {                                                                                         \
        .name = n, .kind = ZD_SCENE_VALUE_CHOICE, .choices = words, .defaults = { standard }, \
        .help = text                                                                          \
    }
#define NUMBER(n, standard, low, high, text)                                            \
    {                                                                                   \
        .name = n, .kind = ZD_SCENE_VALUE_NUMBER, .count = 1, .defaults = { standard }, \
        .minimum = low, .maximum = high, .help = text                                   \
    }
#define PAIR(n, a, b, low, high, text)                                              \
    {                                                                               \
        .name = n, .kind = ZD_SCENE_VALUE_NUMBER, .count = 2, .defaults = { a, b }, \
        .minimum = low, .maximum = high, .help = text                               \
    }
#define TRIPLE(n, a, b, c, low, high, text)                                            \
    {                                                                                  \
        .name = n, .kind = ZD_SCENE_VALUE_NUMBER, .count = 3, .defaults = { a, b, c }, \
        .minimum = low, .maximum = high, .help = text                                  \
    }
#define NODE(n, kinds, text)                                                      \
    {                                                                             \
        .name = n, .kind = ZD_SCENE_VALUE_NODE, .node_kinds = kinds, .help = text \
    }
#define NODES(n, kinds, text)                                                      \
    {                                                                              \
        .name = n, .kind = ZD_SCENE_VALUE_NODES, .node_kinds = kinds, .help = text \
    }
#define TEXT(n, h)                                        \
    {                                                     \
        .name = n, .kind = ZD_SCENE_VALUE_TEXT, .help = h \
    }

static const zd_scene_key frame_keys[ZD_SCENE_FRAME_KEYS] = {
    [ZD_SCENE_FRAME_SIZE] =
        PAIR("size", 1920, 1080, 1, 65536, "width and height of the render, pixels"),
    [ZD_SCENE_FRAME_ASPECT] = NUMBER("aspect", 1, 0.01, 100, "width of a pixel over its height"),
    [ZD_SCENE_FRAME_FPS] = NUMBER("fps", 24, 0.001, 10000, "frames a second"),
    [ZD_SCENE_FRAME_RANGE] = PAIR("range", 1, 1, -BIG, BIG, "first and last frame"),
    [ZD_SCENE_FRAME_OCIO] = TEXT("ocio", "OpenColorIO configuration, a file; none: $OCIO"),
    [ZD_SCENE_FRAME_WORKING] =
        TEXT("working_space", "the scene's light, a linear space; none: BT.709's primaries"),
};

static const zd_scene_key media_keys[ZD_SCENE_MEDIA_KEYS] = {
    [ZD_SCENE_MEDIA_FRONT] = TEXT("front", "file of the colour, FILE or FILE:CHANNEL"),
    [ZD_SCENE_MEDIA_MATTE] = TEXT("matte", "file of the matte, FILE or FILE:CHANNEL"),
    [ZD_SCENE_MEDIA_PREMULT] =
        SWITCH("premult", ZD_SCENE_NO, "the front is multiplied by the matte already"),
    [ZD_SCENE_MEDIA_COLOURSPACE] = CHOICE("colourspace", "auto|scene_linear|srgb|bt709", 0,
                                          "how the front's values turn into light"),
    [ZD_SCENE_MEDIA_SPACE] =
        TEXT("space", "the front's space in the configuration, in place of colourspace"),
    [ZD_SCENE_MEDIA_SIZE] =
        PAIR("size", 0, 0, 0, 16384, "size of a media without files; 0: the frame's"),
    [ZD_SCENE_MEDIA_OFFSET] =
        NUMBER("offset", 0, -BIG, BIG, "frames by which the media starts later"),
};

static const zd_scene_key axis_keys[ZD_SCENE_AXIS_KEYS] = {
    [ZD_SCENE_AXIS_PARENT] = NODE("parent", PLACES, "the node that carries this one"),
    [ZD_SCENE_AXIS_POSITION] = TRIPLE("position", 0, 0, 0, -BIG, BIG, "pixels"),
    [ZD_SCENE_AXIS_ROTATION] =
        TRIPLE("rotation", 0, 0, 0, -BIG, BIG, "degrees, about x, then y, then z"),
    [ZD_SCENE_AXIS_SCALE] = TRIPLE("scale", 100, 100, 100, -BIG, BIG, "percent"),
    [ZD_SCENE_AXIS_SHEAR] = TRIPLE("shear", 0, 0, 0, -89, 89, "degrees: x by y, x by z, y by z"),
    [ZD_SCENE_AXIS_CENTRE] =
        TRIPLE("centre", 0, 0, 0, -BIG, BIG, "what rotation and scale turn about"),
    [ZD_SCENE_AXIS_LOOK_AT] = NODE("look_at", PLACES, "turns the axis's -z to this node"),
    [ZD_SCENE_AXIS_ZSNAP] =
        NODE("zsnap", KIND(ZD_SCENE_NODE_ZDEPTH), "the map that gives the position"),
    [ZD_SCENE_AXIS_ZSNAP_AT] = PAIR("zsnap_at", 0, 0, -BIG, BIG, "the pixel of the map's camera"),
};

#define OBJECT_KEYS                                                                               \
    [ZD_SCENE_OBJECT_PARENT] = NODE("parent", PLACES, "the node that carries this one"),          \
    [ZD_SCENE_OBJECT_MEDIA] =                                                                     \
        NODE("media", KIND(ZD_SCENE_NODE_MEDIA), "name or number; none: white"),                  \
    [ZD_SCENE_OBJECT_COLOUR] = TRIPLE("colour", 1, 1, 1, 0, 1e6, "multiplies the media's front"), \
    [ZD_SCENE_OBJECT_TRANSPARENCY] = NUMBER("transparency", 0, 0, 100, "percent"),                \
    [ZD_SCENE_OBJECT_LIGHTING] =                                                                  \
        CHOICE("lighting", "diffuse|ambient", 0, "ambient: lights leave the object alone"),       \
    [ZD_SCENE_OBJECT_SHINE] = NUMBER("shine", 0, 0, 1000, "exponent of the highlight; 0: none"),  \
    [ZD_SCENE_OBJECT_SPECULAR] = TRIPLE("specular", 1, 1, 1, 0, 1e6, "colour of the highlight"),  \
    [ZD_SCENE_OBJECT_TWO_SIDED] =                                                                 \
        SWITCH("two_sided", ZD_SCENE_NO, "the back is lit like the front"),                       \
    [ZD_SCENE_OBJECT_FLIP_NORMALS] =                                                              \
        SWITCH("flip_normals", ZD_SCENE_NO, "turns the normals round"),                           \
    [ZD_SCENE_OBJECT_FILTER] = CHOICE("filter", "linear|nearest", 0, "how the media is sampled"), \
    [ZD_SCENE_OBJECT_VISIBLE] = SWITCH("visible", ZD_SCENE_YES, "drawn at all")

static const zd_scene_key surface_keys[ZD_SCENE_SURFACE_KEYS] = {
    OBJECT_KEYS,
    [ZD_SCENE_SURFACE_CELL] =
        NUMBER("cell_px", 6, 0.25, 16384, "surface resolution: side of a cell"),
    [ZD_SCENE_SURFACE_SIZE] = PAIR("size", 0, 0, 0, 65536, "pixels; 0: the media's"),
};

static const zd_scene_key geometry_keys[ZD_SCENE_GEOMETRY_KEYS] = {
    OBJECT_KEYS,
    [ZD_SCENE_GEOMETRY_FILE] = TEXT("file", "a mesh: OBJ, PLY, FBX, glTF, STL, 3DS ..."),
    [ZD_SCENE_GEOMETRY_UNIT] = NUMBER("unit", 1, 1e-6, 1e6, "pixels for one unit of the file"),
    [ZD_SCENE_GEOMETRY_SUBDIVIDE] =
        NUMBER("subdivide", 0, 0, 5, "times each triangle is cut in four"),
    [ZD_SCENE_GEOMETRY_PART] =
        TEXT("part", "a node of the file, in its own space; none: all of it"),
};

static const zd_scene_key camera_keys[ZD_SCENE_CAMERA_KEYS] = {
    [ZD_SCENE_CAMERA_PARENT] = NODE("parent", PLACES, "the node that carries this one"),
    [ZD_SCENE_CAMERA_POSITION] = { .name = "position",
                                   .kind = ZD_SCENE_VALUE_NUMBER,
                                   .count = 3,
                                   .minimum = -BIG,
                                   .maximum = BIG,
                                   .auto_component = 3,
                                   .help =
                                       "pixels; z auto: where a surface at z 0 fills the frame" },
    [ZD_SCENE_CAMERA_ROTATION] = TRIPLE("rotation", 0, 0, 0, -BIG, BIG, "degrees"),
    [ZD_SCENE_CAMERA_LOOK_AT] = NODE("look_at", PLACES, "the node that the camera faces"),
    [ZD_SCENE_CAMERA_FOV] = NUMBER("fov", 40, 0.01, 170, "vertical field of view, degrees"),
    [ZD_SCENE_CAMERA_NEAR] = NUMBER("near", 1, 1e-6, BIG, "pixels; nearer things are not drawn"),
    [ZD_SCENE_CAMERA_FAR] = NUMBER("far", 10000, 1e-6, BIG, "pixels; where normalised depth is 1"),
    [ZD_SCENE_CAMERA_FOCAL] =
        NUMBER("focal", 0, 0, 1e5, "focal length, mm, in place of fov; 0: fov"),
    [ZD_SCENE_CAMERA_FILM_BACK] =
        NUMBER("film_back", 36, 0.1, 1e4, "width of the film or sensor, mm"),
    [ZD_SCENE_CAMERA_SHIFT] =
        PAIR("shift", 0, 0, -10, 10, "of the film right and up, parts of the picture"),
    [ZD_SCENE_CAMERA_DISTORTION] =
        PAIR("distortion", 0, 0, -10, 10, "of the lens: k1 and k2 of the radius"),
    [ZD_SCENE_CAMERA_APERTURE] =
        NUMBER("aperture", 0, 0, BIG, "width of the lens, pixels; 0: all is sharp"),
    [ZD_SCENE_CAMERA_FOCUS] =
        NUMBER("focus", 0, 0, BIG, "distance that is sharp, pixels; 0: where z auto stands"),
};

static const zd_scene_key light_keys[ZD_SCENE_LIGHT_KEYS] = {
    [ZD_SCENE_LIGHT_PARENT] = NODE("parent", PLACES, "the node that carries this one"),
    [ZD_SCENE_LIGHT_POSITION] = TRIPLE("position", 0, 0, 0, -BIG, BIG, "pixels"),
    [ZD_SCENE_LIGHT_ROTATION] =
        TRIPLE("rotation", 0, 0, 0, -BIG, BIG, "degrees; light goes down -z"),
    [ZD_SCENE_LIGHT_LOOK_AT] = NODE("look_at", PLACES, "the node that the light shines on"),
    [ZD_SCENE_LIGHT_TYPE] =
        CHOICE("type", "point|spot|directional|area|ambient", 0, "kind of light"),
    [ZD_SCENE_LIGHT_INTENSITY] = NUMBER("intensity", 100, 0, 1e6, "percent"),
    [ZD_SCENE_LIGHT_COLOUR] = TRIPLE("colour", 1, 1, 1, 0, 1e6, "scene-linear"),
    [ZD_SCENE_LIGHT_DECAY] = CHOICE("decay", "none|linear|quadratic", 0, "loss with distance"),
    [ZD_SCENE_LIGHT_REACH] =
        NUMBER("reach", 1000, 1e-3, BIG, "distance at which decay leaves 100 %"),
    [ZD_SCENE_LIGHT_SPREAD] =
        NUMBER("spread", 45, 0.01, 90, "spot: half the cone's angle, degrees"),
    [ZD_SCENE_LIGHT_PENUMBRA] =
        NUMBER("penumbra", 10, 0, 90, "spot: degrees inside the cone that fade"),
    [ZD_SCENE_LIGHT_SIZE] = PAIR("size", 100, 100, 0, BIG, "area: width and height, pixels"),
    [ZD_SCENE_LIGHT_SHAPE] = CHOICE("shape", "rectangle|ellipse", 0, "area"),
    [ZD_SCENE_LIGHT_AFFECTS] = NODES("affects", OBJECTS, "only these objects are lit"),
    [ZD_SCENE_LIGHT_EXCLUDE] = NODES("exclude", OBJECTS, "these objects are not lit"),
    [ZD_SCENE_LIGHT_SHADOW] = SWITCH("shadow", ZD_SCENE_NO, "the light casts shadows"),
    [ZD_SCENE_LIGHT_SHADOW_SOFTNESS] =
        NUMBER("shadow_softness", 0, 0, BIG, "radius of the light, pixels; directional: degrees"),
    [ZD_SCENE_LIGHT_SHADOW_DENSITY] =
        NUMBER("shadow_density", 100, 0, 100, "percent of the light that a shadow takes"),
    [ZD_SCENE_LIGHT_SHADOW_SIZE] =
        NUMBER("shadow_size", 1024, 16, 8192, "side of a shadow map, texels"),
    [ZD_SCENE_LIGHT_OCCLUSION] =
        NUMBER("occlusion", 0, 0, 100, "ambient: percent that what is near takes away"),
    [ZD_SCENE_LIGHT_OCCLUSION_RADIUS] =
        NUMBER("occlusion_radius", 100, 1e-3, BIG, "ambient: how near, pixels"),
};

static const zd_scene_key zdepth_keys[ZD_SCENE_ZDEPTH_KEYS] = {
    [ZD_SCENE_ZDEPTH_PARENT] = NODE("parent", PLACES, "the map's axis; none: the object itself"),
    [ZD_SCENE_ZDEPTH_ON] = NODE("on", OBJECTS, "the object that the map lies on"),
    [ZD_SCENE_ZDEPTH_MEDIA] =
        NODE("media", KIND(ZD_SCENE_NODE_MEDIA), "the depth, or what is analysed"),
    [ZD_SCENE_ZDEPTH_ANALYSIS] =
        CHOICE("analysis", "none|global|face", 0, "measure depth on the media"),
    [ZD_SCENE_ZDEPTH_MODEL] = TEXT("model", "the network of the analysis; none: --model's"),
    [ZD_SCENE_ZDEPTH_FACE_MODEL] =
        TEXT("face_model", "the networks of analysis face; none: --face-model's"),
    [ZD_SCENE_ZDEPTH_ROI] = { .name = "roi",
                              .kind = ZD_SCENE_VALUE_NUMBER,
                              .count = 4,
                              .maximum = 65536,
                              .help = "region of interest: left, top, right, bottom; zeros: all" },
    [ZD_SCENE_ZDEPTH_ROI_SHAPE] = CHOICE("roi_shape", "rectangle|ellipse", 0, "the region's shape"),
    [ZD_SCENE_ZDEPTH_ROI_MODE] =
        CHOICE("roi_mode", "include|exclude", 0, "analyse the region, or all but it"),
    [ZD_SCENE_ZDEPTH_ROI_FEATHER] =
        NUMBER("roi_feather", 0, 0, 65536, "width of the region's soft edge, pixels of the media"),
    [ZD_SCENE_ZDEPTH_ANALYSIS_DEPTH] =
        PAIR("analysis_depth", 0, 0, 0, BIG, "z given to nearest and furthest; zeros: auto"),
    [ZD_SCENE_ZDEPTH_RANGE] =
        CHOICE("range", "normalized|absolute|inverse|inverse_normalized|height|nearness|auto", 0,
               "what the values mean"),
    [ZD_SCENE_ZDEPTH_GEOMETRY] =
        CHOICE("geometry", "planar|radial", 0, "distance along axis or ray"),
    [ZD_SCENE_ZDEPTH_SCALE] = NUMBER("scale", 1, 1e-9, BIG, "pixels for one unit of the map"),
    [ZD_SCENE_ZDEPTH_CAMERA] =
        NODE("camera", KIND(ZD_SCENE_NODE_CAMERA), "whose depth it is; none: output's"),
    [ZD_SCENE_ZDEPTH_EFFECT] = NUMBER("effect", 100, -1e6, 1e6, "percent; 0: flat"),
    [ZD_SCENE_ZDEPTH_SOFTNESS] =
        PAIR("softness", 0, 0, 0, 1000, "blur in x and y, pixels of the map"),
    [ZD_SCENE_ZDEPTH_SOFT_MODE] = CHOICE("soft_mode", "plain|edge_aware", 0, "whether edges stay"),
    [ZD_SCENE_ZDEPTH_DISPLACE] = SWITCH("displace", ZD_SCENE_YES, "Displace Vertices"),
    [ZD_SCENE_ZDEPTH_THREE_D] = SWITCH("three_d", ZD_SCENE_NO, "3D: extrude the object"),
    [ZD_SCENE_ZDEPTH_DIRECTION] =
        CHOICE("direction", "auto|ray|normal|axis", 0, "where points move"),
    [ZD_SCENE_ZDEPTH_CUT_MODE] = CHOICE("cut_mode", "keep|cut|skirt|fill", 0, "torn edges, 3D"),
    [ZD_SCENE_ZDEPTH_CUT_ANGLE] = NUMBER("cut_angle", 85, 1, 89.99, "steeper cells tear, degrees"),
    [ZD_SCENE_ZDEPTH_MAX_EDGE] = NUMBER("max_edge", 0, 0, BIG, "longer steps in z tear; 0: any"),
    [ZD_SCENE_ZDEPTH_SKIRT] =
        NUMBER("skirt_px", 16, 0, 4096, "skirt: how far the far side goes on, pixels"),
    [ZD_SCENE_ZDEPTH_BUMP] = SWITCH("bump", ZD_SCENE_NO, "Bump Normals"),
    [ZD_SCENE_ZDEPTH_BUMP_DEPTH] =
        NUMBER("bump_depth", 1, 1e-3, 1000, "above 1 flattens the bumps"),
    [ZD_SCENE_ZDEPTH_ZPASS] = SWITCH("zpass", ZD_SCENE_YES, "Z-Depth Pass"),
    [ZD_SCENE_ZDEPTH_HQ] = SWITCH("hq", ZD_SCENE_NO, "two channels hold a high and a low part"),
    [ZD_SCENE_ZDEPTH_LIGHT_AT] = CHOICE("light_at", "card|depth", 0, "what lights see without 3D"),
    [ZD_SCENE_ZDEPTH_REPEAT] = CHOICE("repeat", "clamp|mirror|tile|none", 0, "outside the map"),
    [ZD_SCENE_ZDEPTH_FIT] = CHOICE("fit", "fill|fit|crop|none", 0, "map's size on the object"),
    [ZD_SCENE_ZDEPTH_KEEP_ASPECT] =
        SWITCH("keep_aspect", ZD_SCENE_YES, "fit and crop keep the map's shape"),
    [ZD_SCENE_ZDEPTH_CROP] = { .name = "cropped_size",
                               .kind = ZD_SCENE_VALUE_NUMBER,
                               .count = 4,
                               .maximum = 65536,
                               .help =
                                   "used part of the map: left, top, right, bottom; zeros: all" },
    [ZD_SCENE_ZDEPTH_FILTER] = CHOICE("filter", "linear|nearest", 0, "how the map is sampled"),
    [ZD_SCENE_ZDEPTH_MAPPING] =
        CHOICE("mapping", "auto|uv|camera|plane|triplanar", 0, "geometry: how the map lies on it"),
};

static const zd_scene_key normalmap_keys[ZD_SCENE_NORMALMAP_KEYS] = {
    [ZD_SCENE_NORMALMAP_ON] = NODE("on", OBJECTS, "the object that the map lies on"),
    [ZD_SCENE_NORMALMAP_MEDIA] =
        NODE("media", KIND(ZD_SCENE_NODE_MEDIA), "the normals as a picture"),
    [ZD_SCENE_NORMALMAP_ENCODING] = CHOICE("encoding", "unsigned|signed", 0, "0 to 1, or -1 to 1"),
    [ZD_SCENE_NORMALMAP_HAND] = CHOICE("hand", "right|left", 0, "left: green points down"),
    [ZD_SCENE_NORMALMAP_SPACE] = CHOICE("space", "surface|world", 0, "what the normals refer to"),
};

static const zd_scene_key aov_keys[ZD_SCENE_AOV_KEYS] = {
    [ZD_SCENE_AOV_ON] = NODE("on", OBJECTS, "the object whose matte is keyed"),
    [ZD_SCENE_AOV_TYPE] = CHOICE("type", "distance|normal|position", 0, "what is keyed"),
    [ZD_SCENE_AOV_BAND] =
        PAIR("band", 0, 0, -BIG, BIG, "distance: kept from, to, pixels; to 0: no end"),
    [ZD_SCENE_AOV_FEATHER] =
        NUMBER("feather", 0, 0, BIG, "width of the soft edge, pixels or degrees"),
    [ZD_SCENE_AOV_DIRECTION] =
        TRIPLE("direction", 0, 0, 1, -BIG, BIG, "normal: kept direction, world"),
    [ZD_SCENE_AOV_TOLERANCE] = NUMBER("tolerance", 30, 0, 180, "normal: degrees about it"),
    [ZD_SCENE_AOV_CENTRE] = TRIPLE("centre", 0, 0, 0, -BIG, BIG, "position: kept ball, world"),
    [ZD_SCENE_AOV_RADIUS] = NUMBER("radius", 100, 0, BIG, "position: its radius, pixels"),
    [ZD_SCENE_AOV_INVERT] = SWITCH("invert", ZD_SCENE_NO, "keeps the rest"),
};

static const zd_scene_key output_keys[ZD_SCENE_OUTPUT_KEYS] = {
    [ZD_SCENE_OUTPUT_CAMERA] = NODE("camera", KIND(ZD_SCENE_NODE_CAMERA), "none: the only camera"),
    [ZD_SCENE_OUTPUT_OBJECTS] = NODES("objects", OBJECTS, "what is rendered"),
    [ZD_SCENE_OUTPUT_EXCLUDE] = NODES("exclude", OBJECTS, "what is left out"),
    [ZD_SCENE_OUTPUT_PASSES] = { .name = "passes",
                                 .kind = ZD_SCENE_VALUE_PASSES,
                                 .choices =
                                     "comp|matte|zdepth|zdepth_hq|normals|position|object_id|"
                                     "motion|uv|albedo|diffuse|specular|shadow|cryptomatte",
                                 .defaults = { ZD_SCENE_PASS_COMP },
                                 .help = "what the file holds" },
    [ZD_SCENE_OUTPUT_FILE] = TEXT("file", "where it goes, unless -o says"),
    [ZD_SCENE_OUTPUT_ZDEPTH_RANGE] =
        CHOICE("zdepth_range", "absolute|normalized", 0, "values of the zdepth pass"),
    [ZD_SCENE_OUTPUT_THRESHOLD] =
        NUMBER("alpha_threshold", 0.5, 0, 1, "alpha from which Z is written"),
    [ZD_SCENE_OUTPUT_SAMPLES] = NUMBER("samples", 1, 1, 256, "for each pixel"),
    [ZD_SCENE_OUTPUT_SHUTTER] =
        NUMBER("shutter", 0, 0, 360, "degrees about the frame over which samples are spread"),
    [ZD_SCENE_OUTPUT_SPACE] =
        TEXT("space", "linear space of an EXR's light; none: the scene's own"),
    [ZD_SCENE_OUTPUT_DISPLAY] =
        TEXT("display", "pictures and movies: the configuration's display; none: sRGB"),
    [ZD_SCENE_OUTPUT_VIEW] = TEXT("view", "of the display; none: its default"),
};

static const struct {
    const char *name;
    const zd_scene_key *keys;
    int count;
} kinds[ZD_SCENE_NODE_KINDS] = {
    [ZD_SCENE_NODE_FRAME] = { "frame", frame_keys, ZD_SCENE_FRAME_KEYS },
    [ZD_SCENE_NODE_MEDIA] = { "media", media_keys, ZD_SCENE_MEDIA_KEYS },
    [ZD_SCENE_NODE_AXIS] = { "axis", axis_keys, ZD_SCENE_AXIS_KEYS },
    [ZD_SCENE_NODE_SURFACE] = { "surface", surface_keys, ZD_SCENE_SURFACE_KEYS },
    [ZD_SCENE_NODE_GEOMETRY] = { "geometry", geometry_keys, ZD_SCENE_GEOMETRY_KEYS },
    [ZD_SCENE_NODE_CAMERA] = { "camera", camera_keys, ZD_SCENE_CAMERA_KEYS },
    [ZD_SCENE_NODE_LIGHT] = { "light", light_keys, ZD_SCENE_LIGHT_KEYS },
    [ZD_SCENE_NODE_ZDEPTH] = { "zdepth", zdepth_keys, ZD_SCENE_ZDEPTH_KEYS },
    [ZD_SCENE_NODE_NORMALMAP] = { "normalmap", normalmap_keys, ZD_SCENE_NORMALMAP_KEYS },
    [ZD_SCENE_NODE_AOV] = { "aov", aov_keys, ZD_SCENE_AOV_KEYS },
    [ZD_SCENE_NODE_OUTPUT] = { "output", output_keys, ZD_SCENE_OUTPUT_KEYS },
};

const char *zd_scene_node_kind_name(zd_scene_kind kind)
{
    assert(kind < ZD_SCENE_NODE_KINDS);
    return kinds[kind].name;
}

const zd_scene_key *zd_scene_node_keys(zd_scene_kind kind, int *count)
{
    assert(kind < ZD_SCENE_NODE_KINDS);
    *count = kinds[kind].count;
    return kinds[kind].keys;
}

static bool is_word(const char *name, const char *word, size_t length)
{
    return strncmp(name, word, length) == 0 && name[length] == '\0';
}

bool zd_scene_node_kind_find(const char *word, size_t length, zd_scene_kind *kind)
{
    for (int i = 0; i < ZD_SCENE_NODE_KINDS; i++) {
        if (is_word(kinds[i].name, word, length)) {
            *kind = (zd_scene_kind) i;
            return true;
        }
    }
    return false;
}

int zd_scene_node_find_key(zd_scene_kind kind, const char *name, size_t length)
{
    for (int i = 0; i < kinds[kind].count; i++) {
        if (zd_word_same_n(name, length, kinds[kind].keys[i].name)) {
            return i;
        }
    }
    return -1;
}

int zd_scene_key_find_choice(const zd_scene_key *key, const char *word, size_t length)
{
    const char *at = key->choices;
    for (int index = 0; at != NULL; index++) {
        const char *end = strchr(at, '|');
        size_t size = end != NULL ? (size_t) (end - at) : strlen(at);
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int) size, at);
        if (zd_word_same_n(word, length, name)) {
            return index;
        }
        at = end != NULL ? end + 1 : NULL;
    }
    return -1;
}

int zd_scene_key_choice_name(const zd_scene_key *key, int choice, char *out, size_t size)
{
    const char *at = key->choices;
    for (int index = 0; at != NULL; index++) {
        const char *end = strchr(at, '|');
        size_t length = end != NULL ? (size_t) (end - at) : strlen(at);
        if (index == choice && length < size) {
            memcpy(out, at, length);
            out[length] = '\0';
            return 1;
        }
        at = end != NULL ? end + 1 : NULL;
    }
    out[0] = '\0';
    return 0;
}
