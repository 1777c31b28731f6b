-- ask: id, token, stage, progress, frames_done, frames_total, frames_resumed (0 when there is nothing to say about frames)
if not holds(ask.id, ask.token) then return {'lost'} end
local entered = get(ask.id, 'stage') ~= ask.stage
set(ask.id, 'stage', ask.stage, 'updated_us', now)
if ask.progress > tonumber(get(ask.id, 'progress')) then set(ask.id, 'progress', ask.progress) end
if entered and ask.stage == 'pose' then set(ask.id, 'pose_us', now) end
if ask.frames_total > 0 then set(ask.id, 'frames_total', ask.frames_total) end
if ask.frames_resumed > 0 then set(ask.id, 'frames_resumed', ask.frames_resumed) end
if ask.frames_done > 0 then set(ask.id, 'frames_done', ask.frames_done, 'frames_us', now) end
local since_event_us = now - tonumber(get(ask.id, 'event_us'))  -- below 0 where Redis' clock was set back
if entered or since_event_us >= EVENT_GAP_US or since_event_us < 0 then tell(ask.id) end
return {'go_on'}
