/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_MOCK_HOST_H
#define ZD_TEST_MOCK_HOST_H

/* A small OpenFX host for tests: properties, parameters, clips, images, overlays, aborts, tiles, and
 * ways to be hostile. One process may hold several instances and render from many threads. */

#include <stdatomic.h>
#include <stdbool.h>

#include "image/image.h"
#include "ofx/ofx_abi.h"

enum { MOCK_VALUES = 48, MOCK_PARAMS = 192, MOCK_CLIPS = 6, MOCK_FRAMES = 16 };

typedef struct mock_prop {
    char name[80];
    char type; /* 'i', 'd', 's', 'p' */
    int count;
    int ints[MOCK_VALUES];
    double numbers[MOCK_VALUES];
    char *texts[MOCK_VALUES];
    void *pointers[MOCK_VALUES];
} mock_prop;

struct ofx_property_set_s {
    mock_prop *props;
    int count;
    int capacity;
};

struct ofx_param_s {
    char name[64];
    char type[40];
    struct ofx_property_set_s props;
    int whole;
    double numbers[2];
    char *text;
    ofx_effect effect;
};

struct ofx_param_set_s {
    struct ofx_property_set_s props;
    ofx_param params[MOCK_PARAMS];
    int count;
    int edit_depth;
    int edits; /* undo blocks so far */
    int sets;  /* values set by the plug-in */
    char edit_label[64];
};

/** Pixels of an image, with guard bytes around every row. */
typedef struct mock_image {
    ofx_rect_i bounds;
    zd_sample sample;
    int channels;
    const char *depth;
    const char *components;
    const char *premultiplication;
    const char *order; /* NULL, or the pixel order of VEGAS */
    const char *word;  /* NULL, or what the host calls this very picture */
    int row_bytes;     /* may be negative */
    char *memory;
    size_t memory_bytes;
    char *data; /* the pixel (x1, y1): the lowest row */
} mock_image;

struct ofx_image_clip_s {
    char name[32];
    struct ofx_property_set_s props;
    mock_image *images[MOCK_FRAMES]; /* by time; a missing one is the first */
    bool connected;
    bool lies; /* says it is connected but gives no image */
    ofx_rect_d rod;
};

struct ofx_image_effect_s {
    struct ofx_property_set_s props;
    struct ofx_param_set_s params;
    ofx_clip clips[MOCK_CLIPS];
    int clip_count;
    atomic_int abort_after; /* abort() answers true from this call on; below 0: never */
    ofx_plugin *plugin;
};

/** How the host behaves; set before mock_load. */
typedef struct mock_options {
    const char *name;          /* OfxPropName */
    const char *missing_suite; /* fetchSuite gives NULL for it */
    bool no_optional_suites;
    bool refuse_setting; /* every propSet of a name not of version 1.2 fails */
    bool fail_dimension;
    bool cancel_progress; /* the user presses Cancel at once */
} mock_options;

extern mock_options mock_how;

extern atomic_bool mock_cancel_pressed; /* the progress bar's, at any time and from any thread */

/* What was seen. */
extern atomic_int mock_images_alive;
extern atomic_int mock_aborts_asked;
extern atomic_int mock_messages;
extern char mock_last_message[600];     /* of one thread at a time */
extern atomic_bool mock_message_stands; /* the last one was not taken back */
extern int mock_progress_updates;
extern int mock_draw_calls;
extern ofx_point_d mock_drawn[8];

ofx_host *mock_host(void);

/** Loads, describes in the plug-in's one context and copies into instances. */
ofx_effect mock_describe(ofx_plugin *plugin, const char *context);
ofx_effect mock_create(ofx_plugin *plugin, ofx_effect descriptor);
void mock_destroy(ofx_effect instance);
void mock_free_descriptor(ofx_effect descriptor);

/** A text of the descriptor's properties, clips and parameters, in the order of their setting. */
char *mock_dump(ofx_effect descriptor);

ofx_param mock_param(ofx_effect instance, const char *name);
void mock_set_int(ofx_effect instance, const char *name, int value);
void mock_set_number(ofx_effect instance, const char *name, double value);
void mock_set_point(ofx_effect instance, const char *name, double x, double y);
void mock_set_text(ofx_effect instance, const char *name, const char *value);

/** Sends Begin-, Instance- and EndInstanceChanged, as a user's edit. */
void mock_user_edit(ofx_effect instance, const char *name);

ofx_clip mock_clip(ofx_effect effect, const char *name);
void mock_connect(ofx_effect instance, const char *clip, mock_image *image);

mock_image *mock_image_create(ofx_rect_i bounds, zd_sample sample, int channels, int padding,
                              bool negative);
void mock_image_free(mock_image *image);
char *mock_image_pixel(const mock_image *image, int x, int y);
bool mock_guards_intact(const mock_image *image);
/** The same picture in another form. Values are floats of RGBA. */
void mock_image_put(mock_image *image, int x, int y, const float rgba[4]);
void mock_image_get(const mock_image *image, int x, int y, float rgba[4]);

/** The arguments of a render; fields may be changed before mock_render. */
typedef struct mock_render_args {
    double time;
    ofx_rect_i window;
    double scale;
    const char *field;
} mock_render_args;

ofx_status mock_render(ofx_effect instance, const mock_render_args *args);
ofx_status mock_action(ofx_effect instance, const char *action, ofx_props in, ofx_props out);

/* Property sets for actions. */
ofx_props mock_props_create(void);
void mock_props_free(ofx_props props);
mock_prop *mock_props_find(ofx_props props, const char *name);
void mock_props_int(ofx_props props, const char *name, int index, int value);
void mock_props_number(ofx_props props, const char *name, int index, double value);
void mock_props_text(ofx_props props, const char *name, const char *value);
void mock_props_pointer(ofx_props props, const char *name, void *value);

#endif
