/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_SCENE_PAGE_PRIVATE_H
#define ZD_STUDIO_ZD_SCENE_PAGE_PRIVATE_H

/* What the files of the page share: zd_scene_page.c builds and follows the document,
 * zd_scene_hands.c turns the hand's work into changes of it, zd_scene_actions.c has the menus. */

#include "zd_scene_page.h"
#include "zd_scene_session.h"

struct _ZdScenePage {
    GtkBox parent_instance;
    ZdSceneDocument *document;
    ZdSceneSession *session;
    GtkWidget *toasts; /* an overlay over it */
    GtkWidget *result;
    GtkWidget *schematic;
    GtkWidget *media;
    GtkWidget *panel;
    GtkWidget *problem; /* a line for what the check says */
    GtkWidget *remedy;  /* a button for a model that is missing */
    GtkWidget *frame_scale;
    GtkWidget *frame_label;
    GtkWidget *bin;
    GtkWidget *menu; /* a popover */
    GtkFileChooserNative *chooser;
    char *browse_key;
    double frame;
    zdepth_scene_pass pass;
    double yaw;
    double pitch;
    double zoom;
    double pan_x;
    double pan_y;
    char *chosen; /* the chosen node's name; NULL: none */
    gboolean draws_region;
    gboolean in_drag;     /* a step of the history is open */
    double drag_from[3];  /* the position at its begin */
    double drag_by[3][3]; /* how the picture changes with it */
    gboolean snap_ends;   /* the next answer of a Z-snap ends the step */
    gboolean is_reading;
    GActionGroup *actions;
    guint refine; /* a source that asks for the whole quality */
};

/** The chosen node, or -1. */
int zd_scene_page_chosen(ZdScenePage *page);
void zd_scene_page_choose(ZdScenePage *page, int node);

/** What the handles move: the chosen node, or the axis that carries it; -1: nothing. */
int zd_scene_page_movable(ZdScenePage *page);

/** Asks for a picture: a draft at once, and the whole quality when the hand rests. */
void zd_scene_page_request(ZdScenePage *page);

/** Shows handles, places and region of the picture that is there. */
void zd_scene_page_show_marks(ZdScenePage *page);

void zd_scene_page_tell(ZdScenePage *page, const char *message);

/** Tells an error, if there is one; takes it. */
void zd_scene_page_report(ZdScenePage *page, gboolean good, GError *error);

/** Adds a node of a kind where it was dropped; maps go onto the object. Gives it, or -1. */
int zd_scene_page_add(ZdScenePage *page, zdepth_scene_kind kind, int over);

void zd_scene_page_connect_hands(ZdScenePage *page);
void zd_scene_page_add_actions(ZdScenePage *page);
void zd_scene_page_open_menu(ZdScenePage *page, GtkWidget *over, int node, double x, double y);

/** Lets media be chosen from a file: for a new one (key NULL), or a node's key. */
void zd_scene_page_browse(ZdScenePage *page, int node, const char *key);

#endif
