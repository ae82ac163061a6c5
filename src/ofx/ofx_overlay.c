/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Drag a box in the picture: its depths become the foreground. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "ofx/ofx_effect.h"

/* The frame in the coordinates of the pen. */
static bool frame_of(const zd_ofx_instance *i, ofx_time time, ofx_rect_d *out)
{
    const zd_ofx_host *host = zd_ofx_host_get();
    bool swap = i->form.is_compositor && zd_ofx_extra_int(i, ZD_OFX_SWAP_INPUTS, time) != 0;
    ofx_clip clip = swap ? i->insert : i->source;
    return clip != NULL && host->effect->clip_get_region_of_definition != NULL &&
           host->effect->clip_get_region_of_definition(clip, time, out) == OFX_OK &&
           out->x2 > out->x1 && out->y2 > out->y1 && isfinite(out->x2 - out->x1) &&
           isfinite(out->y2 - out->y1);
}

static bool pen_of(ofx_props in, const ofx_rect_d *frame, ofx_point_d *out)
{
    assert(frame->x2 > frame->x1 && frame->y2 > frame->y1);
    double x = zd_ofx_number(in, "OfxInteractPropPenPosition", 0, (double) NAN);
    double y = zd_ofx_number(in, "OfxInteractPropPenPosition", 1, (double) NAN);
    out->x = (x - frame->x1) / (frame->x2 - frame->x1);
    out->y = (y - frame->y1) / (frame->y2 - frame->y1);
    return isfinite(out->x) && isfinite(out->y);
}

static void redraw(ofx_interact interact)
{
    const ofx_interact_suite *suite = zd_ofx_host_get()->interact;
    if (suite != NULL && suite->redraw != NULL) {
        suite->redraw(interact);
    }
}

/* Shows the box in the two corner parameters, which also give it to the button. */
static void set_corners(zd_ofx_instance *i)
{
    const ofx_param_suite *suite = zd_ofx_host_get()->params;
    ofx_point_d a = { zd_ofx_within(fmin(i->drag_from.x, i->drag_to.x)),
                      zd_ofx_within(fmin(i->drag_from.y, i->drag_to.y)) };
    ofx_point_d b = { zd_ofx_within(fmax(i->drag_from.x, i->drag_to.x)),
                      zd_ofx_within(fmax(i->drag_from.y, i->drag_to.y)) };
    if (suite->set_value != NULL && i->extras[ZD_OFX_BOX_A] != NULL &&
        i->extras[ZD_OFX_BOX_B] != NULL) {
        suite->set_value(i->extras[ZD_OFX_BOX_A], a.x, a.y);
        suite->set_value(i->extras[ZD_OFX_BOX_B], b.x, b.y);
    }
}

static ofx_status pen_down(zd_ofx_instance *i, ofx_interact interact, ofx_props in,
                           const ofx_rect_d *frame)
{
    ofx_point_d pen;
    const ofx_param_suite *suite = zd_ofx_host_get()->params;
    if (!pen_of(in, frame, &pen) || pen.x < 0.0 || pen.x > 1.0 || pen.y < 0.0 || pen.y > 1.0) {
        return OFX_REPLY_DEFAULT;
    }
    if (suite->edit_begin != NULL && !i->is_dragging) {
        suite->edit_begin(i->set, "Selection box");
    }
    i->is_dragging = true;
    i->drag_from = pen;
    i->drag_to = pen;
    redraw(interact);
    return OFX_OK;
}

static ofx_status pen_motion(zd_ofx_instance *i, ofx_interact interact, ofx_props in,
                             const ofx_rect_d *frame)
{
    ofx_point_d pen;
    if (!i->is_dragging) {
        return OFX_REPLY_DEFAULT;
    }
    if (pen_of(in, frame, &pen)) {
        i->drag_to = pen;
        set_corners(i);
        redraw(interact);
    }
    return OFX_OK;
}

static void end_drag(zd_ofx_instance *i)
{
    const ofx_param_suite *suite = zd_ofx_host_get()->params;
    i->is_dragging = false;
    if (suite->edit_end != NULL) {
        suite->edit_end(i->set);
    }
}

/* Boxes of a few pixels are clicks that slipped. */
static bool is_large(const zd_ofx_instance *i, ofx_props in, const ofx_rect_d *frame)
{
    double across = fabs(zd_ofx_number(in, "OfxInteractPropPixelScale", 0, 1.0));
    double up = fabs(zd_ofx_number(in, "OfxInteractPropPixelScale", 1, 1.0));
    double width =
        fabs(zd_ofx_within(i->drag_to.x) - zd_ofx_within(i->drag_from.x)) * (frame->x2 - frame->x1);
    double height =
        fabs(zd_ofx_within(i->drag_to.y) - zd_ofx_within(i->drag_from.y)) * (frame->y2 - frame->y1);
    return width >= 4.0 * across && height >= 4.0 * up;
}

static ofx_status pen_up(zd_ofx_instance *i, ofx_interact interact, ofx_props in,
                         const ofx_rect_d *frame, ofx_time time)
{
    ofx_point_d pen;
    if (!i->is_dragging) {
        return OFX_REPLY_DEFAULT;
    }
    if (pen_of(in, frame, &pen)) {
        i->drag_to = pen;
    }
    if (is_large(i, in, frame)) {
        ofx_point_d a = { fmin(i->drag_from.x, i->drag_to.x), fmin(i->drag_from.y, i->drag_to.y) };
        ofx_point_d b = { fmax(i->drag_from.x, i->drag_to.x), fmax(i->drag_from.y, i->drag_to.y) };
        set_corners(i);
        zd_ofx_add_box(i, a, b, false, time);
    }
    end_drag(i);
    redraw(interact);
    return OFX_OK;
}

static ofx_status draw(zd_ofx_instance *i, ofx_props in, const ofx_rect_d *frame)
{
    const ofx_draw_suite *suite = zd_ofx_host_get()->draw;
    ofx_draw_context context = zd_ofx_pointer(in, "OfxInteractPropDrawContext");
    ofx_rgba_f colour = { 1.0f, 0.8f, 0.2f, 1.0f };
    if (!i->is_dragging || suite == NULL || context == NULL || suite->draw == NULL) {
        return OFX_REPLY_DEFAULT;
    }
    double width = frame->x2 - frame->x1;
    double height = frame->y2 - frame->y1;
    double x1 = frame->x1 + i->drag_from.x * width;
    double y1 = frame->y1 + i->drag_from.y * height;
    double x2 = frame->x1 + i->drag_to.x * width;
    double y2 = frame->y1 + i->drag_to.y * height;
    const ofx_point_d corners[4] = { { x1, y1 }, { x2, y1 }, { x2, y2 }, { x1, y2 } };
    if (suite->get_colour != NULL) {
        suite->get_colour(context, OFX_COLOUR_SELECTED, &colour);
    }
    if (suite->set_colour != NULL) {
        suite->set_colour(context, &colour);
    }
    suite->draw(context, OFX_DRAW_LINE_LOOP, corners, 4);
    return OFX_OK;
}

static ofx_status describe(ofx_interact interact)
{
    ofx_props props = NULL;
    const ofx_interact_suite *suite = zd_ofx_host_get()->interact;
    if (suite != NULL && suite->get_property_set != NULL &&
        suite->get_property_set(interact, &props) == OFX_OK && props != NULL)
    {
        zd_ofx_set_text(props, "OfxInteractPropSlaveToParam", 0, "box_a");
        zd_ofx_set_text(props, "OfxInteractPropSlaveToParam", 1, "box_b");
    }
    return OFX_OK;
}

ofx_status zd_ofx_overlay(const char *action, const void *handle, ofx_props in, ofx_props out)
{
    ofx_interact interact = (ofx_interact) handle;
    ofx_rect_d frame;
    (void) out;
    if (strcmp(action, "OfxActionCreateInstance") == 0 ||
        strcmp(action, "OfxActionDestroyInstance") == 0)
    {
        return OFX_OK;
    }
    if (strcmp(action, "OfxActionDescribe") == 0) {
        return describe(interact);
    }
    ofx_effect effect = zd_ofx_pointer(in, "OfxPropEffectInstance");
    zd_ofx_instance *i = effect != NULL ? zd_ofx_instance_of(effect) : NULL;
    ofx_time time = zd_ofx_number(in, "OfxPropTime", 0, 0.0);
    if (i == NULL) {
        return OFX_REPLY_DEFAULT;
    }
    if (strcmp(action, "OfxInteractActionLoseFocus") == 0 && i->is_dragging) {
        end_drag(i);
        return OFX_OK;
    }
    if (!frame_of(i, time, &frame)) {
        return OFX_REPLY_DEFAULT;
    }
    if (strcmp(action, "OfxInteractActionDraw") == 0) {
        return draw(i, in, &frame);
    }
    if (strcmp(action, "OfxInteractActionPenDown") == 0) {
        return pen_down(i, interact, in, &frame);
    }
    if (strcmp(action, "OfxInteractActionPenMotion") == 0) {
        return pen_motion(i, interact, in, &frame);
    }
    if (strcmp(action, "OfxInteractActionPenUp") == 0) {
        return pen_up(i, interact, in, &frame, time);
    }
    return OFX_REPLY_DEFAULT;
}
