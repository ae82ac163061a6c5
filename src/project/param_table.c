/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The table itself, and look-ups in it. */

#include <string.h>

#include "project/param.h"

static const char *const map_types[] = { "nearness", "normalised", "distance", "metres", NULL };
static const char *const precisions[] = { "auto", "exact", "fast", NULL };
static const char *const presets[] = { "none", "foreground-as-mask", "background-as-mask",
                                       "compositor", NULL };
static const char *const modes[] = { "absolute", "normalised", NULL };
static const char *const blends[] = { "normal",  "add",        "screen",     "multiply",
                                      "overlay", "soft-light", "hard-light", "darken",
                                      "lighten", "difference", NULL };
static const char *const fits[] = { "none", "fit", "fill", "stretch", NULL };
static const char *const alignments[] = { "left", "centre", "right", NULL };
static const char *const animations[] = { "none",        "fade",       "slide-left",
                                          "slide-right", "slide-up",   "slide-down",
                                          "scale",       "typewriter", NULL };
static const char *const views[] = { "none", "depth", "thresholded", "opacity", "matte", NULL };

#define KEYED_HOST (ZD_PARAM_KEYED | ZD_PARAM_HOST)

static const zd_param_desc table[ZD_PARAM_COUNT] = {
    [ZD_P_FOOTAGE] = { "footage", "Footage", ZD_GROUP_SOURCE, ZD_PARAM_PATH, 0, 0, 0, 0, 0, NULL,
                       "", NULL,
                       "The movie, picture or sequence to work on: a file, a pattern such as "
                       "shot.%04d.exr, a glob in quotes, or a folder." },
    [ZD_P_FRAMES] = { "frames", "Frames", ZD_GROUP_SOURCE, ZD_PARAM_TEXT, 0, 0, 0, 0, 0, NULL,
                      "A-B", NULL,
                      "The frames to use, counted from 0, both ends included: 100-199, or 100- for "
                      "all from frame 100. A sequence of pictures keeps their numbers. Times and "
                      "pixels are those of the whole clip." },
    [ZD_P_FROM] = { "from", "From", ZD_GROUP_SOURCE, ZD_PARAM_TIME, 0, 0, 1e9, 1e9, 0, NULL, "time",
                    NULL, "Start at this time of the footage." },
    [ZD_P_TO] = { "to", "To", ZD_GROUP_SOURCE, ZD_PARAM_TIME, 0, 0, 1e9, 1e9, 0, NULL, "time", NULL,
                  "End before this time of the footage." },
    [ZD_P_ALONE] = { "alone", "Alone", ZD_GROUP_SOURCE, ZD_PARAM_BOOL, ZD_PARAM_NOT_STORED, 0, 1, 1,
                     0, NULL, "", NULL,
                     "Take the range for a clip of its own and look at nothing around it: quick, "
                     "but its frames may differ from the same frames of the whole." },
    [ZD_P_FPS] = { "fps", "Frame rate", ZD_GROUP_SOURCE, ZD_PARAM_NUMBER, 0, 0.01, 1000, 120, 24,
                   NULL, "1/s", NULL, "Frames a second of a picture sequence." },
    [ZD_P_DEPTH_MAP] = { "depth_map", "Depth map", ZD_GROUP_SOURCE, ZD_PARAM_PATH, 0, 0, 0, 0, 0,
                         NULL, "", NULL,
                         "Use this map instead of the network: PNG, TIFF, PFM, EXR, a sequence, or "
                         "a movie with as many frames as the footage." },
    [ZD_P_DEPTH_MAP_TYPE] = { "depth_map_type", "Map type", ZD_GROUP_SOURCE, ZD_PARAM_CHOICE,
                              ZD_PARAM_HOST, 0, 3, 3, 1, NULL, "", map_types,
                              "What the map's numbers mean. nearness: any scale, near is large; "
                              "normalised: 0 far to 1 near; distance: any scale, near is small; "
                              "metres: true distance along the camera's axis." },
    [ZD_P_DEPTH_MAP_CHANNEL] = { "depth_map_channel", "Map channel", ZD_GROUP_SOURCE, ZD_PARAM_TEXT,
                                 0, 0, 0, 0, 0, NULL, "name", NULL,
                                 "Which channel of an EXR holds the depth. Without it: Z, depth.Z, "
                                 "or the only channel." },
    [ZD_P_MODEL] = { "model", "Model", ZD_GROUP_DEPTH, ZD_PARAM_TEXT, ZD_PARAM_HOST, 0, 0, 0, 0,
                     "embedded", "name", NULL,
                     "The network that finds the depth: embedded, the name of an installed model "
                     "(zdepth models list), or a safetensors file." },
    [ZD_P_PRECISION] = { "precision", "Precision", ZD_GROUP_DEPTH, ZD_PARAM_CHOICE, 0, 0, 2, 2, 0,
                         NULL, "", precisions,
                         "exact computes in 32-bit float; fast uses what the processor has that is "
                         "quicker, within 1 % of exact; auto takes exact for the embedded network "
                         "and fast for the others." },
    [ZD_P_DEPTH_SIZE] = { "depth_size", "Depth size", ZD_GROUP_DEPTH, ZD_PARAM_INT, 0, 0, 4096,
                          1024, 0, NULL, "px", NULL,
                          "Short side of the picture that the network sees; 0 takes the model's "
                          "own. Larger finds finer things and takes longer." },
    [ZD_P_TILES] = { "tiles", "Tiles", ZD_GROUP_DEPTH, ZD_PARAM_BOOL, 0, 0, 1, 1, 0, NULL, "", NULL,
                     "Analyse large pictures in overlapping tiles that are blended without seams." },
    [ZD_P_REGION] = { "region", "Region of interest", ZD_GROUP_DEPTH, ZD_PARAM_TEXT, 0, 0, 0, 0, 0,
                      NULL, "X,Y,W,H", NULL,
                      "Analyse only this part of the frame, in fractions of its size; the rest is "
                      "taken as furthest." },
    [ZD_P_STABILISE] = { "stabilise", "Stabilise", ZD_GROUP_DEPTH, ZD_PARAM_NUMBER, 0, 0, 1, 1, 1,
                         NULL, "", NULL,
                         "How much depth is steadied in time within a shot: 0 is frame by frame." },
    [ZD_P_CUTS] = { "cuts", "Cuts", ZD_GROUP_DEPTH, ZD_PARAM_TEXT, 0, 0, 0, 0, 0, "auto",
                    "auto|none|LIST", NULL,
                    "Where new shots begin: found (auto), nowhere (none), or frame numbers such as "
                    "0,48,131. Nothing leaks from one shot into the next." },
    [ZD_P_PRESET] = { "preset", "Preset", ZD_GROUP_MATTE, ZD_PARAM_CHOICE,
                      ZD_PARAM_HOST | ZD_PARAM_NOT_STORED, 0, 3, 3, 0, NULL, "", presets,
                      "Sets several parameters at once: effects on the foreground only, on the "
                      "background only, or the compositor's." },
    [ZD_P_MODE] = { "mode", "Mode", ZD_GROUP_MATTE, ZD_PARAM_CHOICE, ZD_PARAM_HOST, 0, 1, 1, 0,
                    NULL, "", modes,
                    "The scale of Depth In and Depth Out. absolute: the values as the network or "
                    "map gives them; normalised: 0 for the furthest, 1 for the nearest of "
                    "the shot." },
    [ZD_P_FURTHEST] = { "furthest", "Furthest", ZD_GROUP_MATTE, ZD_PARAM_NUMBER, ZD_PARAM_HOST,
                        -1e6, 1e6, 12, 0, NULL, "", NULL,
                        "Locks the value that counts as furthest. Without it: measured for each "
                        "shot." },
    [ZD_P_NEAREST] = { "nearest", "Nearest", ZD_GROUP_MATTE, ZD_PARAM_NUMBER, ZD_PARAM_HOST, -1e6,
                       1e6, 12, 10, NULL, "", NULL,
                       "Locks the value that counts as nearest. Without it: measured for each "
                       "shot." },
    [ZD_P_DEPTH_IN] = { "depth_in", "Depth In", ZD_GROUP_MATTE, ZD_PARAM_NUMBER, KEYED_HOST, -1e6,
                        1e6, 10, 5, NULL, "", NULL,
                        "The furthest depth that is foreground. Without it: found for each shot." },
    [ZD_P_DEPTH_OUT] = { "depth_out", "Depth Out", ZD_GROUP_MATTE, ZD_PARAM_NUMBER, KEYED_HOST,
                         -1e6, 1e6, 10, 12, NULL, "", NULL,
                         "The nearest depth that is foreground; what is closer is background again. "
                         "Without it: no limit." },
    [ZD_P_AUTO_FEATHER] = { "auto_feather", "Auto Feather", ZD_GROUP_MATTE, ZD_PARAM_BOOL,
                            KEYED_HOST, 0, 1, 1, 1, NULL, "", NULL,
                            "Edges follow the picture: real alpha in hair where depth changes "
                            "abruptly, softness along the slope where it changes slowly." },
    [ZD_P_FEATHER] = { "feather", "Feather", ZD_GROUP_MATTE, ZD_PARAM_NUMBER, KEYED_HOST, 0, 2, 2,
                       0, NULL, "", NULL,
                       "Softness of the edge by hand: 1 softens over 1 % of the frame's height." },
    [ZD_P_CHOKE] = { "choke", "Choke", ZD_GROUP_MATTE, ZD_PARAM_NUMBER, KEYED_HOST, -2, 2, 2, 0,
                     NULL, "", NULL,
                     "Shrinks the foreground (above 0) or spreads it (below 0): 1 moves the edge by "
                     "1 % of the frame's height." },
    [ZD_P_DECONTAMINATE] = { "decontaminate", "Decontaminate", ZD_GROUP_MATTE, ZD_PARAM_BOOL,
                             KEYED_HOST, 0, 1, 1, 1, NULL, "", NULL,
                             "Takes the old background's colour out of half-transparent edges." },
    [ZD_P_INVERT] = { "invert", "Invert", ZD_GROUP_MATTE, ZD_PARAM_BOOL, KEYED_HOST, 0, 1, 1, 0,
                      NULL, "", NULL, "Swaps foreground and background." },
    [ZD_P_NEAREST_ONLY] = { "nearest_only", "Nearest object only", ZD_GROUP_MATTE, ZD_PARAM_BOOL,
                            KEYED_HOST, 0, 1, 1, 0, NULL, "", NULL,
                            "Keeps the one connected object nearest to the camera, the same from "
                            "frame to frame; the rest is background." },
    [ZD_P_LEVEL_FAR] = { "level_far", "Level far", ZD_GROUP_MATTE, ZD_PARAM_NUMBER, KEYED_HOST, 0,
                         1, 1, 0, NULL, "", NULL,
                         "Normalised depth at and below which all is furthest." },
    [ZD_P_LEVEL_NEAR] = { "level_near", "Level near", ZD_GROUP_MATTE, ZD_PARAM_NUMBER, KEYED_HOST,
                          0, 1, 1, 1, NULL, "", NULL,
                          "Normalised depth at and above which all is nearest." },
    [ZD_P_LEVEL_GAMMA] = { "level_gamma", "Level gamma", ZD_GROUP_MATTE, ZD_PARAM_NUMBER,
                           KEYED_HOST, 0.1, 10, 4, 1, NULL, "", NULL,
                           "Bends the scale between the two levels; above 1 lifts the middle." },
    [ZD_P_SUBJECT] = { "subject", "Subject", ZD_GROUP_MATTE, ZD_PARAM_NUMBER, ZD_PARAM_KEYED, 0, 1,
                       1, 0.05, NULL, "", NULL,
                       "How far the network's idea of the subject may overrule Depth In, as a part "
                       "of the range; 0 is depth alone. Without it: as the suggested Depth In "
                       "counts on it, or 0.05 for one of your own." },
    [ZD_P_TITLE] = { "title", "Title", ZD_GROUP_INSERT, ZD_PARAM_TEXT, ZD_PARAM_TITLE, 0, 0, 0, 0,
                     NULL, "text", NULL, "A title between the layers. \\n begins a new line." },
    [ZD_P_INSERT] = { "insert", "Insert", ZD_GROUP_INSERT, ZD_PARAM_PATH, ZD_PARAM_FILE, 0, 0, 0, 0,
                      NULL, "file", NULL,
                      "A picture, SVG, sequence or movie with alpha between the layers. Flags that "
                      "follow --title or --insert belong to it; both may be given several times." },
    [ZD_P_AT_DEPTH] = { "at_depth", "Depth", ZD_GROUP_INSERT, ZD_PARAM_NUMBER, KEYED_HOST, -1e6,
                        1e6, 10, 0, NULL, "", NULL,
                        "The insert's own depth in the scale of Mode: what is nearer hides it. "
                        "Without it: behind the foreground, in front of the background." },
    [ZD_P_START] = { "start", "Start", ZD_GROUP_INSERT, ZD_PARAM_TIME, 0, 0, 1e9, 1e9, 0, NULL,
                     "time", NULL, "When the insert appears." },
    [ZD_P_END] = { "end", "End", ZD_GROUP_INSERT, ZD_PARAM_TIME, 0, 0, 1e9, 1e9, 1e9, NULL, "time",
                   NULL, "When it is gone. Without it: the footage's end." },
    [ZD_P_OPACITY] = { "opacity", "Opacity", ZD_GROUP_INSERT, ZD_PARAM_NUMBER, KEYED_HOST, 0, 1, 1,
                       1, NULL, "", NULL, "0 is invisible, 1 opaque." },
    [ZD_P_BLEND] = { "blend", "Blend mode", ZD_GROUP_INSERT, ZD_PARAM_CHOICE, ZD_PARAM_HOST, 0, 9,
                     9, 0, NULL, "", blends,
                     "How the insert's light mixes with what is behind it." },
    [ZD_P_X] = { "x", "X", ZD_GROUP_INSERT, ZD_PARAM_NUMBER, ZD_PARAM_KEYED, -10, 10, 1, 0.5, NULL,
                 "", NULL, "The insert's centre, from 0 (left) to 1 (right)." },
    [ZD_P_Y] = { "y", "Y", ZD_GROUP_INSERT, ZD_PARAM_NUMBER, ZD_PARAM_KEYED, -10, 10, 1, 0.5, NULL,
                 "", NULL, "The insert's centre, from 0 (top) to 1 (bottom)." },
    [ZD_P_SIZE] = { "size", "Size", ZD_GROUP_INSERT, ZD_PARAM_NUMBER, 0, 0.001, 10, 1, 0.2, NULL,
                    "", NULL,
                    "Height of the letters, or of the picture, as a fraction of the frame's "
                    "height." },
    [ZD_P_FIT] = { "fit", "Fit", ZD_GROUP_INSERT, ZD_PARAM_CHOICE, ZD_PARAM_FILE, 0, 3, 3, 1, NULL,
                   "", fits,
                   "How a file meets the frame: none uses Size, fit shows all of it, fill leaves no "
                   "border, stretch ignores its shape." },
    [ZD_P_FONT] = { "font", "Font", ZD_GROUP_INSERT, ZD_PARAM_TEXT, ZD_PARAM_TITLE, 0, 0, 0, 0,
                    "Sans Bold", "name", NULL, "Font family and style, such as \"Serif Italic\"." },
    [ZD_P_COLOUR] = { "colour", "Colour", ZD_GROUP_INSERT, ZD_PARAM_COLOUR, ZD_PARAM_TITLE, 0, 0, 0,
                      0, "white", "colour", NULL, "A name, #RRGGBB or #RRGGBBAA." },
    [ZD_P_OUTLINE] = { "outline", "Outline", ZD_GROUP_INSERT, ZD_PARAM_NUMBER, ZD_PARAM_TITLE, 0,
                       0.5, 0.2, 0, NULL, "", NULL,
                       "Width of the outline as a fraction of the letters' height." },
    [ZD_P_OUTLINE_COLOUR] = { "outline_colour", "Outline colour", ZD_GROUP_INSERT, ZD_PARAM_COLOUR,
                              ZD_PARAM_TITLE, 0, 0, 0, 0, "black", "colour", NULL,
                              "Colour of the outline." },
    [ZD_P_SHADOW] = { "shadow", "Shadow", ZD_GROUP_INSERT, ZD_PARAM_NUMBER, ZD_PARAM_TITLE, 0, 1, 1,
                      0, NULL, "", NULL, "Opacity of a soft shadow below the letters." },
    [ZD_P_ALIGN] = { "align", "Align", ZD_GROUP_INSERT, ZD_PARAM_CHOICE, ZD_PARAM_TITLE, 0, 2, 2, 1,
                     NULL, "", alignments, "How the lines of a title stand to each other." },
    [ZD_P_WIDTH] = { "width", "Width", ZD_GROUP_INSERT, ZD_PARAM_NUMBER, ZD_PARAM_TITLE, 0.01, 10,
                     1, 0.94, NULL, "", NULL,
                     "Widest a title may become, as a fraction of the frame's width; longer text "
                     "is made smaller." },
    [ZD_P_ANIMATE_IN] = { "animate_in", "Animate in", ZD_GROUP_INSERT, ZD_PARAM_CHOICE,
                          ZD_PARAM_TITLE, 0, 7, 7, 0, NULL, "", animations,
                          "How the title comes." },
    [ZD_P_ANIMATE_OUT] = { "animate_out", "Animate out", ZD_GROUP_INSERT, ZD_PARAM_CHOICE,
                           ZD_PARAM_TITLE, 0, 7, 7, 0, NULL, "", animations,
                           "How the title goes." },
    [ZD_P_ANIMATE_TIME] = { "animate_time", "Animation time", ZD_GROUP_INSERT, ZD_PARAM_TIME,
                            ZD_PARAM_TITLE, 0, 3600, 5, 0.5, NULL, "time", NULL,
                            "How long coming and going take." },
    [ZD_P_EFFECT] = { "effect", "Effect", ZD_GROUP_EFFECT, ZD_PARAM_TEXT, 0, 0, 0, 0, 0, NULL,
                      "graph", NULL,
                      "An FFmpeg filter graph such as gblur=sigma=20,hue=s=0, a frei0r effect "
                      "(frei0r=...), or built-in effects: zblur, zfog, zgrade, zpaint (zdepth help "
                      "effects). In a project only filters that lead to no other files, unless "
                      "--trust-project is given." },
    [ZD_P_MASK_EFFECTS] = { "mask_effects", "Mask Effects", ZD_GROUP_EFFECT, ZD_PARAM_BOOL,
                            ZD_PARAM_HOST, 0, 1, 1, 1, NULL, "", NULL,
                            "The effect is seen only inside the matte." },
    [ZD_P_TRANSPARENCY] = { "transparency", "Transparency", ZD_GROUP_EFFECT, ZD_PARAM_BOOL,
                            ZD_PARAM_HOST, 0, 1, 1, 0, NULL, "", NULL,
                            "The matte becomes the alpha of the result." },
    [ZD_P_VIEW] = { "view", "Visualization", ZD_GROUP_EFFECT, ZD_PARAM_CHOICE,
                    ZD_PARAM_HOST | ZD_PARAM_NOT_STORED, 0, 4, 4, 0, NULL, "", views,
                    "Shows the raw depth, the thresholded depth (background from blue, furthest, "
                    "to red, closest), the background at half opacity, or the matte, instead of "
                    "the result." },
    [ZD_P_OUTPUT] = { "output", "Output", ZD_GROUP_OUTPUT, ZD_PARAM_PATH, 0, 0, 0, 0, 0, NULL, "",
                      NULL, "Where the result goes; its ending chooses the format." },
    [ZD_P_CODEC] = { "codec", "Codec", ZD_GROUP_OUTPUT, ZD_PARAM_TEXT, 0, 0, 0, 0, 0, NULL, "name",
                     NULL, "An FFmpeg encoder. Without it: chosen by the output's ending." },
    [ZD_P_PIXEL_FORMAT] = { "pixel_format", "Pixel format", ZD_GROUP_OUTPUT, ZD_PARAM_TEXT, 0, 0, 0,
                            0, 0, NULL, "name", NULL,
                            "An FFmpeg pixel format. Without it: one that players can show." },
    [ZD_P_QUALITY] = { "quality", "Quality", ZD_GROUP_OUTPUT, ZD_PARAM_NUMBER, 0, 0, 63, 63, 0,
                       NULL, "", NULL,
                       "The encoder's constant quality; smaller is better. Without it: visually "
                       "lossless." },
    [ZD_P_ENCODER_OPTIONS] = { "encoder_options", "Encoder options", ZD_GROUP_OUTPUT, ZD_PARAM_TEXT,
                               0, 0, 0, 0, 0, NULL, "key=value:...", NULL,
                               "Handed to the encoder, such as preset=slow:tune=film; of a project only those "
                               "that lead to no other files, unless --trust-project is given." },
    [ZD_P_ALPHA] = { "alpha", "Alpha", ZD_GROUP_OUTPUT, ZD_PARAM_BOOL, 0, 0, 1, 1, 0, NULL, "",
                     NULL, "Write an alpha channel; the format must have one." },
    [ZD_P_AUDIO] = { "audio", "Audio", ZD_GROUP_OUTPUT, ZD_PARAM_BOOL, 0, 0, 1, 1, 1, NULL, "",
                     NULL, "Copy the footage's sound." },
};

const zd_param_desc *zd_param_describe(zd_param_id id)
{
    return &table[id];
}

static bool same_name(const char *name, const char *given)
{
    for (; *name != '\0' && *given != '\0'; name++, given++) {
        if (*name != *given && !(*name == '_' && *given == '-')) {
            return false;
        }
    }
    return *name == *given;
}

zd_param_id zd_param_find(const char *name)
{
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        if (same_name(table[id].name, name)) {
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
