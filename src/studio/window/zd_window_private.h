/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_WINDOW_PRIVATE_H
#define ZD_STUDIO_ZD_WINDOW_PRIVATE_H

/* What the files of the window share: zd_window_build.c has its template, zd_window.c wires it,
 * zd_window_actions.c, zd_window_files.c, zd_window_keys.c, zd_window_play.c, zd_window_plugins.c and zd_window_time.c do what menus and keys ask for, zd_window_edit.c and
 * zd_window_shapes.c turn the hand's work into changes of the document. */

#include "zd_document.h"
#include "zd_export.h"
#include "zd_plugins.h"
#include "zd_scene_document.h"
#include "zd_session.h"
#include "zd_sound.h"
#include "zd_thumbs.h"
#include "zd_window.h"

struct _ZdWindow {
    AdwApplicationWindow parent_instance;
    zdepth_context *context;
    ZdDocument *document;
    ZdSession *session;
    ZdExport *queue;
    ZdThumbs *thumbs;
    ZdSound *sound;
    ZdPlugins *plugins;
    gboolean told_plugins;   /* that an effect is left out */
    GtkWidget *empty_toasts; /* overlays; the scene's page has its own */
    GtkWidget *work_toasts;
    GPtrArray *offers; /* of AdwToast: journals that nobody has answered for */
    GtkWidget *pages;  /* "empty", "work" and "scene" */
    GtkWidget *scene;  /* the scene's page */
    GtkWidget *title;
    GtkWidget *main_menu;
    GMenu *history_menu; /* undo and redo, by name */
    GtkWidget *undo_button;
    GtkWidget *redo_button;
    GtkWidget *more_views; /* what some networks tell */
    GtkWidget *viewer;
    GtkWidget *readout;
    GtkWidget *status;
    GtkWidget *right; /* the panels' column */
    GtkWidget *layers;
    GtkWidget *adds;  /* the buttons that add layers */
    GtkWidget *chain; /* of effects, in the place of layers */
    GtkWidget *ruler;
    GtkWidget *params;
    GtkWidget *timeline;
    GtkWidget *time_place; /* a box round it, where its menus hang */
    GtkWidget *time_menu;
    char *menu_name; /* of the key that the menu is about; NULL: it is about cuts */
    int menu_insert;
    int menu_index;
    gint64 menu_frame;
    GtkWidget *clock;
    GtkWidget *play_button;
    GtkWidget *export_presets;
    GtkWidget *export_line; /* above the list; seen while there is one */
    GtkWidget *export_list;
    GtkWidget *export_button; /* of the composite */
    GtkWidget *render_button; /* of the scene */
    gint64 frame;
    zdepth_output output;
    zdepth_output last_output; /* the view before */
    int wipe_output;           /* beside the wipe; -1: the view before */
    gboolean wants_wipe;
    int chosen;       /* the insert whose parameters are shown; -1: the project's */
    gboolean in_drag; /* a step of the history is open for a drag */
    int speed;        /* of playing, times the footage's rate, backwards below 0; 0: it stands */
    gboolean holds_k; /* the key: J and L are steps then */
    gboolean holds_shuttle;
    int played_pictures; /* since played_from_us */
    gint64 played_from_us;
    char *play_text;     /* beside the clock; NULL: nothing */
    char *analysis_text; /* likewise */
    gint64 play_from_frame;
    gint64 play_from_us;
    guint tick;
    gint64 in; /* of the range; out below in: none */
    gint64 out;
    gboolean loops;
    GtkFileChooserNative *chooser;
};

/** The template's widgets become members of the window. */
void zd_window_bind_template(GtkWidgetClass *widget_class);

/** Puts into the template what follows a document. */
void zd_window_fill(ZdWindow *window);

/** Hands the project to the session; without its effect where that runs plug-ins that are not allowed. */
void zd_window_give_project(ZdWindow *window);

/** FALSE, and says so: a render of the project would run plug-ins that are not allowed. */
gboolean zd_window_may_render(ZdWindow *window);

void zd_window_add_plugin_actions(ZdWindow *window);

/** Adds the actions that have to do with files. */
void zd_window_add_file_actions(ZdWindow *window);

/** Adds the actions of the timeline's menus. */
void zd_window_add_time_actions(ZdWindow *window);

ZdSceneDocument *zd_window_scene_document(ZdWindow *window);

/** Adds the actions of garbage and holdout shapes, and connects what the hand does with them. */
void zd_window_add_shape_actions(ZdWindow *window);

/** Shows them as they are at the playhead. */
void zd_window_show_shapes(ZdWindow *window);

/** Removes the chosen one; FALSE: none is. */
gboolean zd_window_remove_shape(ZdWindow *window);

/** Adds all actions and their keys; see zd_window_shortcuts. */
void zd_window_add_actions(ZdWindow *window);

/** Makes undo, redo and save sensitive or not. */
void zd_window_update_actions(ZdWindow *window);

/** Opens a step for a drag before its first move, and ends it after the last. */
void zd_window_drag_step(ZdWindow *window, const char *label, gboolean ended, gboolean before);

/** Connects what the hand does in viewer, ruler and timeline. */
void zd_window_connect_hands(ZdWindow *window);

/** Chooses a new title, whose text is typed at once. */
void zd_window_type_title(ZdWindow *window, int insert);

/** Shows the boxes, flags and handles of the document on the widgets. */
void zd_window_show_marks(ZdWindow *window);

/** Asks for the current frame's picture. */
void zd_window_request(ZdWindow *window);

/** Goes to a frame, within the clip. */
void zd_window_seek(ZdWindow *window, gint64 frame);
void zd_window_set_playing(ZdWindow *window, gboolean playing);

/** Plays so many times as fast as the footage, backwards below 0; 0 stops. Only 1 is heard. */
void zd_window_set_speed(ZdWindow *window, int speed);

/** Counts a picture that is shown, for the rate that is told while playing. */
void zd_window_count_picture(ZdWindow *window);

/** Tells beside the clock how far the analysis is; NULL: nothing. */
void zd_window_tell_analysis(ZdWindow *window, const char *text);

/** Adds what J, K and L do. */
void zd_window_add_play_actions(ZdWindow *window);

/** Sees to it that a text which is typed in gets its keys, and notices which keys are held. */
void zd_window_watch_keys(ZdWindow *window);

/** Turns sound and thumbnails to the footage that was opened. */
void zd_window_open_media(ZdWindow *window);
void zd_window_set_output(ZdWindow *window, zdepth_output output);

/** Tells the session what is on the other side of the wipe, for the requests that follow. */
void zd_window_update_wipe(ZdWindow *window);

double zd_window_rate(ZdWindow *window);
double zd_window_time(ZdWindow *window); /* of the current frame, seconds */
gint64 zd_window_frames(ZdWindow *window);

/** Whether the scene's page is shown, which undo, save, export and delete then act on. */
gboolean zd_window_in_scene(ZdWindow *window);

/** Offers journals again on the page that is shown now. */
void zd_window_move_offers(ZdWindow *window);

/** The overlay over the picture of the page that is shown. */
AdwToastOverlay *zd_window_toasts(ZdWindow *window);

/** Shows a workspace: "work", "filter" or "scene". A scene that is not there yet begins with the footage. */
void zd_window_show_page(ZdWindow *window, const char *page);

void zd_window_toast(ZdWindow *window, const char *text);
void zd_window_toast_error(ZdWindow *window, GError *error); /* takes the error */

/** An action for menus, keys and the shortcuts window. */
typedef struct ZdShortcut {
    const char *group;
    const char *title;
    const char *action; /* detailed name, "win.view('depth')" */
    const char *keys[3];
} ZdShortcut;

#endif
