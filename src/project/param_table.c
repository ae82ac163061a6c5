/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The table itself, and look-ups in it. Includes the products for their enums only. */

#include <assert.h>
#include <string.h>

#include "composite/blend.h"
#include "core/words.h"
#include "depth/detail.h"
#include "depth/sample.h"
#include "depth/supplied.h"
#include "matte/matte.h"
#include "matte/shapes.h"
#include "matte/views.h"
#include "model/network.h"
#include "project/param.h"
#include "title/title.h"
#include "track/hiding_place.h"

/* Lists of choices. Each is tied to the enum that the code casts it to: by its indices, and by its
 * length, so that a new member without a word does not compile. */
#define WORDS(list)       (int) (sizeof(list) / sizeof *(list)) - 1
#define TIED(list, count) _Static_assert(WORDS(list) == (count), #list " lacks a word")
#define CHOICES(list, first) \
    .choices = (list), .max = WORDS(list) - 1, .soft_max = WORDS(list) - 1, .initial = (first)

static const char *const map_types[] = {
    [ZD_SUPPLIED_NEARNESS] = "nearness",
    [ZD_SUPPLIED_NORMALISED] = "normalised",
    [ZD_SUPPLIED_DISTANCE] = "distance",
    [ZD_SUPPLIED_METRES] = "metres",
    NULL,
};
TIED(map_types, ZD_SUPPLIED_COUNT);

static const char *const precisions[] = {
    [ZD_PRECISION_AUTO] = "auto",
    [ZD_PRECISION_EXACT] = "exact",
    [ZD_PRECISION_FAST] = "fast",
    NULL,
};
TIED(precisions, ZD_PRECISION_FAST + 1);

static const char *const details[] = {
    [ZD_DETAIL_AUTO] = "auto",
    [ZD_DETAIL_OFF] = "off",
    [ZD_DETAIL_2X] = "2x",
    NULL,
};
TIED(details, ZD_DETAIL_COUNT);

static const char *const presets[] = {
    [ZD_PRESET_NONE] = "none",
    [ZD_PRESET_FOREGROUND] = "foreground-as-mask",
    [ZD_PRESET_BACKGROUND] = "background-as-mask",
    [ZD_PRESET_COMPOSITOR] = "compositor",
    NULL,
};
TIED(presets, ZD_PRESET_COUNT);

static const char *const analyses[] = {
    [ZD_ANALYSE_GLOBAL] = "global",
    [ZD_ANALYSE_FACE] = "face",
    NULL,
};
TIED(analyses, ZD_ANALYSE_FACE + 1);

static const char *const modes[] = {
    [ZD_MATTE_ABSOLUTE] = "absolute",
    [ZD_MATTE_NORMALISED] = "normalised",
    NULL,
};
TIED(modes, ZD_MATTE_NORMALISED + 1);

static const char *const fits[] = {
    [ZD_FIT_NONE] = "none",
    [ZD_FIT_INSIDE] = "fit",
    [ZD_FIT_FILL] = "fill",
    [ZD_FIT_STRETCH] = "stretch",
    NULL,
};
TIED(fits, ZD_FIT_COUNT);

static const char *const alignments[] = {
    [ZD_ALIGN_LEFT] = "left",
    [ZD_ALIGN_CENTRE] = "centre",
    [ZD_ALIGN_RIGHT] = "right",
    NULL,
};
TIED(alignments, ZD_ALIGN_COUNT);

static const char *const animations[] = {
    [ZD_TITLE_MOTION_NONE] = "none",
    [ZD_TITLE_MOTION_FADE] = "fade",
    [ZD_TITLE_MOTION_SLIDE_LEFT] = "slide-left",
    [ZD_TITLE_MOTION_SLIDE_RIGHT] = "slide-right",
    [ZD_TITLE_MOTION_SLIDE_UP] = "slide-up",
    [ZD_TITLE_MOTION_SLIDE_DOWN] = "slide-down",
    [ZD_TITLE_MOTION_SCALE] = "scale",
    [ZD_TITLE_MOTION_TYPEWRITER] = "typewriter",
    NULL,
};
TIED(animations, ZD_TITLE_MOTION_COUNT);

static const char *const tracks[] = {
    [ZD_STICK_OFF] = "off",
    [ZD_STICK_WALL] = "wall",
    [ZD_STICK_CAMERA] = "camera",
    NULL,
};
TIED(tracks, ZD_STICK_COUNT);

static const char *const lays[] = {
    [ZD_LAY_SCREEN] = "screen",
    [ZD_LAY_WALL] = "wall",
    NULL,
};
TIED(lays, ZD_LAY_COUNT);

static const char *const reveals[] = {
    [ZD_HIDING_NONE] = "none",
    [ZD_HIDING_RISE] = "rise",
    [ZD_HIDING_SLIDE_LEFT] = "slide-left",
    [ZD_HIDING_SLIDE_RIGHT] = "slide-right",
    [ZD_HIDING_GROW] = "grow",
    NULL,
};
TIED(reveals, ZD_HIDING_COUNT);

static const char *const supplied_mattes[] = {
    [ZD_MATTE_GIVEN_ADD] = "add",
    [ZD_MATTE_GIVEN_INTERSECT] = "intersect",
    [ZD_MATTE_GIVEN_SUBTRACT] = "subtract",
    NULL,
};
TIED(supplied_mattes, ZD_MATTE_GIVEN_COUNT);

static const char *const blends[] = { ZD_BLENDS(ZD_BLEND_WORD) NULL };
TIED(blends, ZD_BLEND_COUNT);

static const char *const views[] = { "none", ZD_MATTE_VIEWS(ZD_MATTE_VIEW_WORD) NULL };
TIED(views, ZD_MATTE_VIEW_COUNT);

#define KEYED_HOST (ZD_PARAM_KEYED | ZD_PARAM_HOST)
#define LIT        (ZD_PARAM_KEYED | ZD_PARAM_HOST_2 | ZD_PARAM_OF_CLIP)

static const zd_param_desc table[ZD_PARAM_COUNT] = {
    [ZD_P_FOOTAGE] = {
        .name = "footage", .label = "Footage",
        .group = ZD_GROUP_SOURCE, .type = ZD_PARAM_PATH,
        .unit = "",
        .help = "The movie, picture or sequence to work on: a file, a pattern such as "
                "shot.%04d.exr, a glob in quotes, or a folder.",
    },
    [ZD_P_FRAMES] = {
        .name = "frames", .label = "Frames",
        .group = ZD_GROUP_SOURCE, .type = ZD_PARAM_TEXT,
        .unit = "A-B",
        .help = "The frames to use, counted from 0, both ends included: 100-199, or 100- for all "
                "from frame 100. A sequence of pictures keeps their numbers. Times and pixels "
                "are those of the whole clip.",
    },
    [ZD_P_FROM] = {
        .name = "from", .label = "From",
        .group = ZD_GROUP_SOURCE, .type = ZD_PARAM_TIME,
        .min = 0, .max = 1e9, .soft_max = 1e9, .initial = 0,
        .unit = "time",
        .help = "Start at this time of the footage.",
    },
    [ZD_P_TO] = {
        .name = "to", .label = "To",
        .group = ZD_GROUP_SOURCE, .type = ZD_PARAM_TIME,
        .min = 0, .max = 1e9, .soft_max = 1e9, .initial = 0,
        .unit = "time",
        .help = "End before this time of the footage. Without it: its end.",
    },
    [ZD_P_ALONE] = {
        .name = "alone", .label = "Alone",
        .group = ZD_GROUP_SOURCE, .type = ZD_PARAM_BOOL, .flags = ZD_PARAM_NOT_STORED,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "Take the range for a clip of its own and look at nothing around it: quick, but "
                "its frames may differ from the same frames of the whole.",
    },
    [ZD_P_FPS] = {
        .name = "fps", .label = "Frame rate",
        .group = ZD_GROUP_SOURCE, .type = ZD_PARAM_NUMBER,
        .min = 0.01, .max = 1000, .soft_max = 120, .initial = 24,
        .unit = "1/s",
        .help = "Frames a second of a picture sequence; movies know theirs.",
    },
    [ZD_P_STRICT] = {
        .name = "strict", .label = "Strict",
        .group = ZD_GROUP_SOURCE, .type = ZD_PARAM_BOOL,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "Refuse footage with damage inside, which is passed over with a warning without "
                "this. A file that ends too early or a sequence that lacks frames is refused "
                "unless this is off by name: then what is there is taken, and held.",
    },
    [ZD_P_DEINTERLACE] = {
        .name = "deinterlace", .label = "Deinterlace",
        .group = ZD_GROUP_SOURCE, .type = ZD_PARAM_BOOL,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "Make one picture of the two fields in each frame of interlaced footage; without it "
                "they stay as they are.",
    },
    [ZD_P_DEPTH_MAP] = {
        .name = "depth_map", .label = "Depth map",
        .group = ZD_GROUP_SOURCE, .type = ZD_PARAM_PATH, .flags = ZD_PARAM_HOST_2,
        .unit = "",
        .help = "Use this map instead of the network: PNG, TIFF, PFM, EXR, a sequence, or a "
                "movie with as many frames as the footage.",
    },
    [ZD_P_DEPTH_MAP_TYPE] = {
        .name = "depth_map_type", .label = "Map type",
        .group = ZD_GROUP_SOURCE, .type = ZD_PARAM_CHOICE, .flags = ZD_PARAM_HOST,
        CHOICES(map_types, ZD_SUPPLIED_NORMALISED),
        .unit = "",
        .help = "What the map's numbers mean. nearness: any scale, near is large; normalised: 0 "
                "far to 1 near; distance: any scale, near is small; metres: true distance along "
                "the camera's axis.",
    },
    [ZD_P_DEPTH_MAP_CHANNEL] = {
        .name = "depth_map_channel", .label = "Map channel",
        .group = ZD_GROUP_SOURCE, .type = ZD_PARAM_TEXT,
        .unit = "name",
        .help = "Which channel of an EXR holds the depth. Without it: Z, depth.Z, or the only "
                "channel.",
    },
    [ZD_P_ANALYSIS] = {
        .name = "analysis", .label = "Analysis",
        .group = ZD_GROUP_DEPTH, .type = ZD_PARAM_CHOICE,
        CHOICES(analyses, ZD_ANALYSE_GLOBAL),
        .unit = "",
        .help = "What is analysed. global: the whole picture; face: the same, and the shape of the "
                "faces in it, frontal and close with eyes, nose and mouth in view.",
    },
    [ZD_P_FACE_MODEL] = {
        .name = "face_model", .label = "Face model",
        .group = ZD_GROUP_DEPTH, .type = ZD_PARAM_TEXT,
        .initial_text = "embedded-faces",
        .unit = "name",
        .help = "The networks that find faces and their landmarks: embedded-faces, the more exact "
                "face-landmarks once that is installed (zdepth models list), or a safetensors file.",
    },
    [ZD_P_MODEL] = {
        .name = "model", .label = "Model",
        .group = ZD_GROUP_DEPTH, .type = ZD_PARAM_TEXT, .flags = ZD_PARAM_HOST,
        .initial_text = "embedded",
        .unit = "name",
        .help = "The network that finds the depth: embedded, auto (the best installed one: for movies "
                "one that sees windows of frames), the name of an installed model "
                "(zdepth models list), or a safetensors file.",
    },
    [ZD_P_PRECISION] = {
        .name = "precision", .label = "Precision",
        .group = ZD_GROUP_DEPTH, .type = ZD_PARAM_CHOICE,
        CHOICES(precisions, ZD_PRECISION_AUTO),
        .unit = "",
        .help = "exact computes in 32-bit float and gives the same bits on every x86-64 processor "
                "with AVX2 or more; fast uses what the processor has that is quicker, within 1 % "
                "of exact; auto takes exact for the embedded networks and fast for the others.",
    },
    [ZD_P_DEPTH_SIZE] = {
        .name = "depth_size", .label = "Depth size",
        .group = ZD_GROUP_DEPTH, .type = ZD_PARAM_INT,
        .min = 0, .max = 4096, .soft_max = 1024, .initial = 0,
        .unit = "px",
        .help = "Short side of the picture that the network sees; 0 takes the model's own. "
                "Larger finds finer things and takes longer. From twice the own size of a network "
                "that compares all with all (the large ones) on, it is seen in tiles, which is "
                "quicker; tiles says otherwise.",
    },
    [ZD_P_DETAIL] = {
        .name = "detail", .label = "Detail",
        .group = ZD_GROUP_DEPTH, .type = ZD_PARAM_CHOICE,
        CHOICES(details, ZD_DETAIL_AUTO),
        .unit = "",
        .help = "2x runs the network at twice the size, too, for finer outlines, and takes the "
                "layout from the usual size, of the picture and of its mirror image: about six times "
                "as long. For a network for video the run at twice the size is one of the best "
                "network for stills that is installed. auto does so with stills when the network is "
                "a quick one.",
    },
    [ZD_P_FOCAL] = {
        .name = "focal", .label = "Focal length",
        .group = ZD_GROUP_DEPTH, .type = ZD_PARAM_NUMBER,
        .min = 1, .max = 10000, .soft_max = 200, .initial = 35,
        .unit = "mm",
        .help = "The camera's focal length as on a picture 36 mm long (35 mm equivalent). It makes "
                "metres of what da3-metric-large sees; changing it runs no network.",
    },
    [ZD_P_TILES] = {
        .name = "tiles", .label = "Tiles",
        .group = ZD_GROUP_DEPTH, .type = ZD_PARAM_BOOL,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "Analyse large pictures in overlapping tiles of the depth size that are blended "
                "without seams, 2 x 2 of them; without it large depth sizes alone choose tiles.",
    },
    [ZD_P_REGION] = {
        .name = "region", .label = "Region of interest",
        .group = ZD_GROUP_DEPTH, .type = ZD_PARAM_TEXT,
        .unit = "X,Y,W,H",
        .help = "Analyse only this part of the frame, in fractions of its size; the rest is "
                "taken as furthest.",
    },
    [ZD_P_STABILISE] = {
        .name = "stabilise", .label = "Stabilise",
        .group = ZD_GROUP_DEPTH, .type = ZD_PARAM_NUMBER, .flags = ZD_PARAM_HOST_2 | ZD_PARAM_FRACTION,
        .min = 0, .max = 1, .soft_max = 1, .initial = 1,
        .unit = "",
        .help = "How much depth is steadied in time within a shot: 0 is frame by frame.",
    },
    [ZD_P_STEADY_EDGES] = {
        .name = "steady_edges", .label = "Steady edges",
        .group = ZD_GROUP_DEPTH, .type = ZD_PARAM_BOOL,
        .max = 1, .soft_max = 1, .initial = 1,
        .unit = "",
        .help = "Edges of what moves are the median of three frames along its motion: the one before, "
                "itself, the one after. Only where depth is steadied.",
    },
    [ZD_P_CUTS] = {
        .name = "cuts", .label = "Cuts",
        .group = ZD_GROUP_DEPTH, .type = ZD_PARAM_TEXT,
        .initial_text = "auto",
        .unit = "auto|none|LIST",
        .help = "Where new shots begin: found (auto), nowhere (none), or frame numbers such as "
                "0,48,131. Nothing leaks from one shot into the next.",
    },
    [ZD_P_PRESET] = {
        .name = "preset", .label = "Preset",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_CHOICE, .flags = ZD_PARAM_HOST | ZD_PARAM_NOT_STORED,
        CHOICES(presets, ZD_PRESET_NONE),
        .unit = "",
        .help = "Sets several parameters at once: effects on the foreground only, on the "
                "background only, or the compositor's.",
    },
    [ZD_P_MODE] = {
        .name = "mode", .label = "Mode",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_CHOICE, .flags = ZD_PARAM_HOST_1,
        CHOICES(modes, ZD_MATTE_ABSOLUTE),
        .unit = "",
        .help = "The scale of Depth In and Depth Out. absolute: the values as the network or map "
                "gives them; normalised: 0 for the furthest, 1 for the nearest of the shot.",
    },
    [ZD_P_FURTHEST] = {
        .name = "furthest", .label = "Furthest",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_NUMBER, .flags = ZD_PARAM_HOST | ZD_PARAM_ANALYSIS,
        .min = -1e6, .max = 1e6, .soft_max = 12, .initial = 0,
        .unit = "",
        .help = "Locks the value that counts as furthest. Without it: measured for each shot.",
    },
    [ZD_P_NEAREST] = {
        .name = "nearest", .label = "Nearest",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_NUMBER, .flags = ZD_PARAM_HOST | ZD_PARAM_ANALYSIS,
        .min = -1e6, .max = 1e6, .soft_max = 12, .initial = 10,
        .unit = "",
        .help = "Locks the value that counts as nearest. Without it: measured for each shot.",
    },
    [ZD_P_DEPTH_IN] = {
        .name = "depth_in", .label = "Depth In",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_NUMBER, .flags = KEYED_HOST,
        .min = -1e6, .max = 1e6, .soft_max = 10, .initial = 5,
        .unit = "",
        .help = "The furthest depth that is foreground. Without it: found for each shot.",
    },
    [ZD_P_DEPTH_OUT] = {
        .name = "depth_out", .label = "Depth Out",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_NUMBER, .flags = KEYED_HOST,
        .min = -1e6, .max = 1e6, .soft_max = 10, .initial = 12,
        .unit = "",
        .help = "The nearest depth that is foreground; what is closer is background again. "
                "Without it: no limit.",
    },
    [ZD_P_AUTO_FEATHER] = {
        .name = "auto_feather", .label = "Auto Feather",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_BOOL, .flags = KEYED_HOST,
        .max = 1, .soft_max = 1, .initial = 1,
        .unit = "",
        .help = "Edges follow the picture: real alpha in hair where depth changes abruptly, "
                "softness along the slope where it changes slowly.",
    },
    [ZD_P_FEATHER] = {
        .name = "feather", .label = "Feather",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_NUMBER, .flags = KEYED_HOST | ZD_PARAM_PERCENT | ZD_PARAM_OF_HEIGHT,
        .min = 0, .max = 2, .soft_max = 2, .initial = 0,
        .unit = "",
        .help = "Softness of the edge by hand: 1 softens over 1 % of the frame's height.",
    },
    [ZD_P_CHOKE] = {
        .name = "choke", .label = "Choke",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_NUMBER, .flags = KEYED_HOST | ZD_PARAM_PERCENT | ZD_PARAM_OF_HEIGHT,
        .min = -2, .max = 2, .soft_max = 2, .initial = 0,
        .unit = "",
        .help = "Shrinks the foreground (above 0) or spreads it (below 0): 1 moves the edge by 1 "
                "% of the frame's height.",
    },
    [ZD_P_DECONTAMINATE] = {
        .name = "decontaminate", .label = "Decontaminate",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_BOOL, .flags = KEYED_HOST,
        .max = 1, .soft_max = 1, .initial = 1,
        .unit = "",
        .help = "Takes the old background's colour out of half-transparent edges.",
    },
    [ZD_P_INVERT] = {
        .name = "invert", .label = "Invert",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_BOOL, .flags = KEYED_HOST,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "Swaps foreground and background.",
    },
    [ZD_P_NEAREST_ONLY] = {
        .name = "nearest_only", .label = "Nearest object only",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_BOOL, .flags = KEYED_HOST,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "Keeps the one connected object nearest to the camera, or in clips the one in the selection boxes, "
                "the same from frame to frame; the rest is background.",
    },
    [ZD_P_LEVEL_FAR] = {
        .name = "level_far", .label = "Level far",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_NUMBER, .flags = KEYED_HOST | ZD_PARAM_FRACTION,
        .min = 0, .max = 1, .soft_max = 1, .initial = 0,
        .unit = "",
        .help = "Normalised depth at and below which all is furthest.",
    },
    [ZD_P_LEVEL_NEAR] = {
        .name = "level_near", .label = "Level near",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_NUMBER, .flags = KEYED_HOST | ZD_PARAM_FRACTION,
        .min = 0, .max = 1, .soft_max = 1, .initial = 1,
        .unit = "",
        .help = "Normalised depth at and above which all is nearest.",
    },
    [ZD_P_LEVEL_GAMMA] = {
        .name = "level_gamma", .label = "Level gamma",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_NUMBER, .flags = KEYED_HOST,
        .min = 0.1, .max = 10, .soft_max = 4, .initial = 1,
        .unit = "",
        .help = "Bends the scale between the two levels; above 1 lifts the middle.",
    },
    [ZD_P_SUBJECT] = {
        .name = "subject", .label = "Subject",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_NUMBER, .flags = ZD_PARAM_KEYED | ZD_PARAM_HOST_2 | ZD_PARAM_FRACTION,
        .min = 0, .max = 1, .soft_max = 1, .initial = 0.66,
        .unit = "",
        .help = "How far the network's idea of the subject overrules depth, as a part "
                "of the range: at Depth In the rest counts as farther by so much, what "
                "it takes for the subject as nearer by half of it, by more above the "
                "middle of the range; 0 is depth alone. It stays as it is when Depth In "
                "is moved.",
    },
    [ZD_P_MATTE_IN] = {
        .name = "matte_in", .label = "Supplied matte",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_PATH,
        .unit = "file",
        .help = "A matte from elsewhere, white in front: PNG, TIFF, EXR, a sequence or a movie that "
                "begins with the footage. It meets the found one as --matte-in-mode says.",
    },
    [ZD_P_MATTE_IN_MODE] = {
        .name = "matte_in_mode", .label = "Supplied matte mode",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_CHOICE,
        CHOICES(supplied_mattes, ZD_MATTE_GIVEN_ADD),
        .unit = "",
        .help = "add: foreground in either; intersect: in both; subtract: in the found one and not "
                "in the supplied one.",
    },
    [ZD_P_SHAPE] = {
        .name = "shape", .label = "Shapes",
        .group = ZD_GROUP_MATTE, .type = ZD_PARAM_TEXT,
        .unit = "shapes",
        .help = "Mends the matte by hand: 'garbage 0.1,0.2 0.4,0.2 0.4,0.9' is background whatever "
                "depth says, 'holdout ...' foreground. Points are fractions of the frame; feather N "
                "softens by N % of the height; @SECONDS before the points begins a key; ; parts "
                "shapes.",
    },
    [ZD_P_TITLE] = {
        .name = "title", .label = "Title",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_TEXT, .flags = ZD_PARAM_HOST_2 | ZD_PARAM_TITLE,
        .unit = "text",
        .help = "A title between the layers. \\n begins a new line.",
    },
    [ZD_P_INSERT] = {
        .name = "insert", .label = "Insert",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_PATH, .flags = ZD_PARAM_HOST_2 | ZD_PARAM_FILE,
        .unit = "file",
        .help = "A picture, SVG, sequence or movie with alpha between the layers. Flags that "
                "follow --title or --insert belong to it; both may be given several times.",
    },
    [ZD_P_AT_DEPTH] = {
        .name = "at_depth", .label = "Depth",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = KEYED_HOST | ZD_PARAM_OF_CLIP,
        .min = -1e6, .max = 1e6, .soft_max = 10, .initial = 0,
        .unit = "",
        .help = "The insert's own depth in the scale of Mode: what is nearer hides it. Without "
                "it: behind the foreground, in front of the background.",
    },
    [ZD_P_START] = {
        .name = "start", .label = "Start",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_TIME, .flags = ZD_PARAM_HOST_2,
        .min = 0, .max = 1e9, .soft_max = 1e9, .initial = 0,
        .unit = "time",
        .help = "When the insert appears.",
    },
    [ZD_P_END] = {
        .name = "end", .label = "End",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_TIME,
        .min = 0, .max = 1e9, .soft_max = 1e9, .initial = 1e9,
        .unit = "time",
        .help = "When it is gone. Without it: the footage's end.",
    },
    [ZD_P_HIDE] = {
        .name = "hide", .label = "Hide",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_BOOL,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "Leaves the insert out of the picture; its file is not opened.",
    },
    [ZD_P_SOLO] = {
        .name = "solo", .label = "Solo",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_BOOL,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "Leaves out all inserts that are not solo.",
    },
    [ZD_P_OPACITY] = {
        .name = "opacity", .label = "Opacity",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = KEYED_HOST | ZD_PARAM_OF_CLIP | ZD_PARAM_FRACTION,
        .min = 0, .max = 1, .soft_max = 1, .initial = 1,
        .unit = "",
        .help = "0 is invisible, 1 opaque.",
    },
    [ZD_P_BLEND] = {
        .name = "blend", .label = "Blend mode",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_CHOICE, .flags = ZD_PARAM_HOST | ZD_PARAM_OF_CLIP,
        CHOICES(blends, ZD_BLEND_NORMAL),
        .unit = "",
        .help = "How the insert's light mixes with what is behind it.",
    },
    [ZD_P_SCENE_LIGHT] = {
        .name = "scene_light", .label = "Scene light",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_BOOL,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "Take the colours as light that the footage's camera would have seen. Without this "
                "they keep their codes in ordinary footage, as in every editor: a logo has the "
                "brand's colour.",
    },
    [ZD_P_LIGHT_WRAP] = {
        .name = "light_wrap", .label = "Light wrap",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = LIT | ZD_PARAM_FRACTION,
        .min = 0, .max = 4, .soft_max = 1, .initial = 0,
        .unit = "",
        .help = "How much of the light behind the insert spills over its edge. 0 is none.",
    },
    [ZD_P_LIGHT_WRAP_FRONT] = {
        .name = "light_wrap_front", .label = "Wrap in front",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = LIT | ZD_PARAM_FRACTION,
        .min = 0, .max = 4, .soft_max = 1, .initial = 0,
        .unit = "",
        .help = "How much of the insert's light spills over the edge of what stands in front of "
                "it.",
    },
    [ZD_P_LIGHT_WRAP_WIDTH] = {
        .name = "light_wrap_width", .label = "Wrap width",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = LIT | ZD_PARAM_FRACTION | ZD_PARAM_OF_HEIGHT,
        .min = 0.001, .max = 0.1, .soft_max = 0.05, .initial = 0.015,
        .unit = "",
        .help = "How far light spills over edges, as a fraction of the frame's height.",
    },
    [ZD_P_CONTACT_SHADOW] = {
        .name = "contact_shadow", .label = "Contact shadow",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = LIT | ZD_PARAM_FRACTION,
        .min = 0, .max = 1, .soft_max = 1, .initial = 0,
        .unit = "",
        .help = "How dark a soft shadow the insert throws on what is nearly as deep as it is, "
                "such as the ground that it stands on. 0 is none.",
    },
    [ZD_P_CONTACT_FRONT] = {
        .name = "contact_front", .label = "Shadow from the front",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = LIT | ZD_PARAM_FRACTION,
        .min = 0, .max = 1, .soft_max = 1, .initial = 0,
        .unit = "",
        .help = "How dark a soft shadow falls on the insert from what stands shortly before it.",
    },
    [ZD_P_CONTACT_SOFTNESS] = {
        .name = "contact_softness", .label = "Shadow softness",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = LIT | ZD_PARAM_FRACTION | ZD_PARAM_OF_HEIGHT,
        .min = 0.001, .max = 0.1, .soft_max = 0.05, .initial = 0.015,
        .unit = "",
        .help = "Blur of contact shadows at their whole reach, as a fraction of the frame's "
                "height; a third of it where things touch.",
    },
    [ZD_P_CONTACT_DIRECTION] = {
        .name = "contact_direction", .label = "Shadow direction",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = LIT,
        .min = -360, .max = 360, .soft_max = 360, .initial = 60,
        .unit = "degrees",
        .help = "Where contact shadows fall, in degrees: 0 to the right, 90 down.",
    },
    [ZD_P_CONTACT_LENGTH] = {
        .name = "contact_length", .label = "Shadow length",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = LIT | ZD_PARAM_FRACTION | ZD_PARAM_OF_HEIGHT,
        .min = 0, .max = 0.5, .soft_max = 0.2, .initial = 0.05,
        .unit = "",
        .help = "How far aside contact shadows fall at their whole reach, as a fraction of the "
                "frame's height.",
    },
    [ZD_P_CONTACT_REACH] = {
        .name = "contact_reach", .label = "Shadow reach",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = LIT | ZD_PARAM_FRACTION,
        .min = 0.005, .max = 1, .soft_max = 1, .initial = 0.15,
        .unit = "",
        .help = "How much deeper or nearer something may be and still get a contact shadow, as "
                "a part of the range of depths.",
    },
    [ZD_P_X] = {
        .name = "x", .label = "X",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = ZD_PARAM_KEYED | ZD_PARAM_HOST_2 | ZD_PARAM_FRACTION | ZD_PARAM_OF_WIDTH,
        .min = -10, .max = 10, .soft_max = 1, .initial = 0.5,
        .unit = "",
        .help = "The insert's centre, from 0 (left) to 1 (right).",
    },
    [ZD_P_Y] = {
        .name = "y", .label = "Y",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = ZD_PARAM_KEYED | ZD_PARAM_HOST_2 | ZD_PARAM_FRACTION | ZD_PARAM_OF_HEIGHT,
        .min = -10, .max = 10, .soft_max = 1, .initial = 0.5,
        .unit = "",
        .help = "The insert's centre, from 0 (top) to 1 (bottom).",
    },
    [ZD_P_SIZE] = {
        .name = "size", .label = "Size",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = ZD_PARAM_HOST_2 | ZD_PARAM_FRACTION | ZD_PARAM_OF_HEIGHT,
        .min = 0.001, .max = 10, .soft_max = 1, .initial = 0.2,
        .unit = "",
        .help = "Height of the letters, or of the picture, as a fraction of the frame's height. A file "
                "without it: as large as Fit says.",
    },
    [ZD_P_FIT] = {
        .name = "fit", .label = "Fit",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_CHOICE, .flags = ZD_PARAM_HOST_2 | ZD_PARAM_FILE,
        CHOICES(fits, ZD_FIT_INSIDE),
        .unit = "",
        .help = "How a file meets the frame: none uses Size, fit shows all of it, fill leaves no "
                "border, stretch ignores its shape. With --size: none.",
    },
    [ZD_P_FONT] = {
        .name = "font", .label = "Font",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_TEXT, .flags = ZD_PARAM_HOST_2 | ZD_PARAM_TITLE,
        .initial_text = "Sans Bold",
        .unit = "name",
        .help = "Font family and style, such as \"Serif Italic\".",
    },
    [ZD_P_COLOUR] = {
        .name = "colour", .label = "Colour",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_COLOUR, .flags = ZD_PARAM_HOST_2 | ZD_PARAM_TITLE,
        .initial_text = "white",
        .unit = "colour",
        .help = "A name, #RGB, #RRGGBB, #RRGGBBAA, rgb(R,G,B), 0xRRGGBB or NAME@OPACITY.",
    },
    [ZD_P_OUTLINE] = {
        .name = "outline", .label = "Outline",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = ZD_PARAM_TITLE | ZD_PARAM_FRACTION,
        .min = 0, .max = 0.5, .soft_max = 0.2, .initial = 0,
        .unit = "",
        .help = "Width of the outline as a fraction of the letters' height.",
    },
    [ZD_P_OUTLINE_COLOUR] = {
        .name = "outline_colour", .label = "Outline colour",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_COLOUR, .flags = ZD_PARAM_TITLE,
        .initial_text = "black",
        .unit = "colour",
        .help = "Colour of the outline.",
    },
    [ZD_P_SHADOW] = {
        .name = "shadow", .label = "Shadow",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = ZD_PARAM_TITLE | ZD_PARAM_FRACTION,
        .min = 0, .max = 1, .soft_max = 1, .initial = 0,
        .unit = "",
        .help = "Opacity of a soft shadow below the letters.",
    },
    [ZD_P_ALIGN] = {
        .name = "align", .label = "Align",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_CHOICE, .flags = ZD_PARAM_TITLE,
        CHOICES(alignments, ZD_ALIGN_CENTRE),
        .unit = "",
        .help = "How the lines of a title stand to each other.",
    },
    [ZD_P_WIDTH] = {
        .name = "width", .label = "Width",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = ZD_PARAM_TITLE | ZD_PARAM_FRACTION | ZD_PARAM_OF_WIDTH,
        .min = 0.01, .max = 10, .soft_max = 1, .initial = 0.94,
        .unit = "",
        .help = "Widest a title may become, as a fraction of the frame's width; longer text is "
                "made smaller.",
    },
    [ZD_P_ANIMATE_IN] = {
        .name = "animate_in", .label = "Animate in",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_CHOICE, .flags = ZD_PARAM_TITLE,
        CHOICES(animations, ZD_TITLE_MOTION_NONE),
        .unit = "",
        .help = "How the title comes.",
    },
    [ZD_P_ANIMATE_OUT] = {
        .name = "animate_out", .label = "Animate out",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_CHOICE, .flags = ZD_PARAM_TITLE,
        CHOICES(animations, ZD_TITLE_MOTION_NONE),
        .unit = "",
        .help = "How the title goes.",
    },
    [ZD_P_ANIMATE_TIME] = {
        .name = "animate_time", .label = "Animation time",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_TIME, .flags = ZD_PARAM_HOST_2,
        .min = 0, .max = 3600, .soft_max = 5, .initial = 0.5,
        .unit = "time",
        .help = "How long coming and going take, and a reveal.",
    },
    [ZD_P_TRACK] = {
        .name = "track", .label = "Track",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_CHOICE, .flags = ZD_PARAM_HOST_2,
        CHOICES(tracks, ZD_STICK_OFF),
        .unit = "",
        .help = "wall: the insert stays on what is behind it while the camera moves, from the first frame in "
                "which it is on; a cut begins anew. What is foreground counts for nothing in that. camera: it "
                "stands still before the camera that a file tells of.",
        .needs_clip = "wall",
    },
    [ZD_P_TRACK_CAMERA] = {
        .name = "track_camera", .label = "Camera file",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_PATH, .flags = ZD_PARAM_HOST_2,
        .unit = "",
        .help = "The footage's camera, frame by frame, for track = camera: Nuke's .chan, or a script (.nk) whose "
                "first camera counts.",
    },
    [ZD_P_TRACK_CAMERA_FIRST] = {
        .name = "track_camera_first", .label = "Camera's first frame",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_INT,
        .min = -1e8, .max = 1e8, .soft_max = 10000,
        .unit = "",
        .help = "The number that the footage's first frame has in the camera's file. Without it: the file's first.",
    },
    [ZD_P_TRACK_DISTANCE] = {
        .name = "track_distance", .label = "Distance",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_NUMBER, .flags = ZD_PARAM_HOST_2,
        .min = 1e-6, .max = 1e6, .soft_max = 100, .initial = 5,
        .unit = "",
        .help = "How far before the camera the insert stands, in the units of the camera's file. Without it: where "
                "depth in metres has what is behind it; a camera that just turns needs none.",
    },
    [ZD_P_TRACK_TIME] = {
        .name = "track_time", .label = "Placed at",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_TIME, .flags = ZD_PARAM_HOST_2,
        .min = 0, .max = 1e9, .soft_max = 1e9,
        .unit = "time",
        .help = "The moment in whose frame the insert has the place and size that are said, for track = camera. "
                "Without it: where it is first seen in the shot.",
    },
    [ZD_P_PLANE] = {
        .name = "plane", .label = "Plane",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_CHOICE, .flags = ZD_PARAM_HOST_2,
        CHOICES(lays, ZD_LAY_SCREEN),
        .unit = "",
        .help = "How the insert lies in space. screen: it faces the camera; wall: on the plane that the depth "
                "shows behind it, in perspective.",
    },
    [ZD_P_REVEAL] = {
        .name = "reveal", .label = "Reveal",
        .group = ZD_GROUP_INSERT, .type = ZD_PARAM_CHOICE, .flags = ZD_PARAM_HOST_2,
        CHOICES(reveals, ZD_HIDING_NONE),
        .unit = "",
        .help = "How the insert comes out from behind the subject, in the animation time. grow: from its "
                "middle; the others: from where it hides most of the insert.",
    },
    [ZD_P_EFFECT] = {
        .name = "effect", .label = "Effect",
        .group = ZD_GROUP_EFFECT, .type = ZD_PARAM_TEXT, .flags = ZD_PARAM_HOST_2 | ZD_PARAM_OF_FILTER,
        .unit = "graph",
        .help = "An FFmpeg filter graph such as gblur=sigma=20,hue=s=0, a frei0r effect "
                "(frei0r=...), or built-in effects such as zblur (zdepth help effects lists them). "
                "In a project only filters that lead to no other files, unless --trust-project "
                "is given.",
    },
    [ZD_P_STYLE_MODEL] = {
        .name = "style_model", .label = "Style model",
        .group = ZD_GROUP_EFFECT, .type = ZD_PARAM_TEXT, .flags = ZD_PARAM_HOST_2 | ZD_PARAM_OF_FILTER,
        .initial_text = "embedded-styles",
        .unit = "name",
        .help = "The styles that the effect zstyle paints in: embedded-styles, or a style file of "
                "your own (training/style.py makes one of a picture).",
    },
    [ZD_P_MASK_EFFECTS] = {
        .name = "mask_effects", .label = "Mask Effects",
        .group = ZD_GROUP_EFFECT, .type = ZD_PARAM_BOOL, .flags = ZD_PARAM_HOST | ZD_PARAM_OF_FILTER,
        .max = 1, .soft_max = 1, .initial = 1,
        .unit = "",
        .help = "The effect is seen only inside the matte.",
    },
    [ZD_P_CLEAN_PLATE] = {
        .name = "clean_plate", .label = "Clean Plate",
        .group = ZD_GROUP_EFFECT, .type = ZD_PARAM_BOOL,
        .max = 1, .soft_max = 1, .initial = 1,
        .unit = "",
        .help = "An effect inside the matte that looks around itself, such as a blur, sees its own "
                "layer alone, carried on beneath the other, so that no halo of the subject runs "
                "into a blurred background.",
    },
    [ZD_P_TRANSPARENCY] = {
        .name = "transparency", .label = "Transparency",
        .group = ZD_GROUP_EFFECT, .type = ZD_PARAM_BOOL, .flags = ZD_PARAM_HOST | ZD_PARAM_OF_FILTER,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "The matte becomes the alpha of the result.",
    },
    [ZD_P_VIEW] = {
        .name = "view", .label = "Visualization",
        .group = ZD_GROUP_EFFECT, .type = ZD_PARAM_CHOICE, .flags = ZD_PARAM_HOST | ZD_PARAM_NOT_STORED,
        CHOICES(views, ZD_MATTE_VIEW_NONE),
        .unit = "",
        .help = "Shows the raw depth, the thresholded depth (background from blue, furthest, to "
                "red, closest), the background at half opacity, or the matte, instead of the "
                "result.",
    },
    [ZD_P_OUTPUT] = {
        .name = "output", .label = "Output",
        .group = ZD_GROUP_OUTPUT, .type = ZD_PARAM_PATH,
        .unit = "",
        .help = "Where the result goes; its ending chooses the format. - is the standard output "
                "(zdepth help pipes).",
    },
    [ZD_P_CODEC] = {
        .name = "codec", .label = "Codec",
        .group = ZD_GROUP_OUTPUT, .type = ZD_PARAM_TEXT,
        .unit = "name",
        .help = "An FFmpeg encoder. Without it: chosen by the output's ending.",
    },
    [ZD_P_LIKE_SOURCE] = {
        .name = "like_source", .label = "Like source",
        .group = ZD_GROUP_OUTPUT, .type = ZD_PARAM_BOOL,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "A movie gets the codec, chroma and bit depth of the footage.",
    },
    [ZD_P_PIXEL_FORMAT] = {
        .name = "pixel_format", .label = "Pixel format",
        .group = ZD_GROUP_OUTPUT, .type = ZD_PARAM_TEXT,
        .unit = "name",
        .help = "An FFmpeg pixel format. Without it: the footage's own for lossless and editing codecs, else one "
                "that players can show, of 10 bits where the footage has more than 8.",
    },
    [ZD_P_QUALITY] = {
        .name = "quality", .label = "Quality",
        .group = ZD_GROUP_OUTPUT, .type = ZD_PARAM_NUMBER,
        .min = 0, .max = 63, .soft_max = 63, .initial = 0,
        .unit = "",
        .help = "The encoder's constant quality; smaller is better. Without it: visually "
                "lossless.",
    },
    [ZD_P_ENCODER_OPTIONS] = {
        .name = "encoder_options", .label = "Encoder options",
        .group = ZD_GROUP_OUTPUT, .type = ZD_PARAM_TEXT,
        .unit = "key=value:...",
        .help = "Handed to the encoder, such as preset=slow:tune=film; of a project only those "
                "that lead to no other files, unless --trust-project is given.",
    },
    [ZD_P_ALPHA] = {
        .name = "alpha", .label = "Alpha",
        .group = ZD_GROUP_OUTPUT, .type = ZD_PARAM_BOOL,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "Write an alpha channel; the format must have one.",
    },
    [ZD_P_AUDIO] = {
        .name = "audio", .label = "Audio",
        .group = ZD_GROUP_OUTPUT, .type = ZD_PARAM_BOOL,
        .max = 1, .soft_max = 1, .initial = 1,
        .unit = "",
        .help = "Copy the footage's sound.",
    },
    [ZD_P_ENCODE_AUDIO] = {
        .name = "encode_audio", .label = "Encode audio",
        .group = ZD_GROUP_OUTPUT, .type = ZD_PARAM_BOOL,
        .max = 1, .soft_max = 1,
        .unit = "",
        .help = "Encode sound that the result's format cannot hold as it is, to AAC or Opus; "
                "without it such tracks are left out with a warning.",
    },
};

const zd_param_desc *zd_param_describe(zd_param_id id)
{
    assert(id < ZD_PARAM_COUNT);
    return &table[id];
}

zd_param_id zd_param_find(const char *name)
{
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        if (zd_word_same(table[id].name, name)) {
            return (zd_param_id) id;
        }
    }
    return ZD_PARAM_COUNT;
}

const char *zd_param_group_name(zd_param_group group)
{
    static const char *const names[] = { "source", "depth", "matte", "insert", "effect", "output" };
    return group < ZD_GROUP_COUNT ? names[group] : "";
}

const char *zd_param_group_label(zd_param_group group)
{
    static const char *const labels[] = { "Source",          "Depth", "Matte", "Titles and inserts",
                                          "Effect and view", "Output" };
    return group < ZD_GROUP_COUNT ? labels[group] : "";
}
